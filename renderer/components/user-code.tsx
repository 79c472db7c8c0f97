/** The user code: large and grouped for the eye, letter by letter for the ear. Its text is exactly what is typed. */
import type { CSSProperties } from 'react'
import { useText } from '../languages/language-context.ts'
import { spelledUserCode, userCodeGroups } from '../user-code-text.ts'

export function UserCode({ userCode }: { userCode: string }) {
  const t = useText()
  const groups = userCodeGroups(userCode)
  const measures = {
    '--code-characters': userCode.length,
    '--code-groups': groups.length,
    '--code-longest-group': Math.max(...groups.map((group) => group.letters.length + group.separator.length)),
  } as CSSProperties
  return (
    <div
      className="user-code"
      dir="ltr"
      role="img"
      aria-label={t('approve.userCodeName', { spelled: spelledUserCode(userCode, t('approve.dash')) })}
      style={measures}
    >
      {groups.map((group, index) => (
        <span key={index} className="user-code-group">
          {group.letters}
          {group.separator !== '' && <span className="user-code-separator">{group.separator}</span>}
        </span>
      ))}
    </div>
  )
}
