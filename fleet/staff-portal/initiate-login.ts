/** Judges how somebody was sent here (OpenID Connect Core §4). Pure; never gives an address on, only the user code in it. */
import { z } from 'zod'

type Refused = 'parameters' | 'issuer' | 'target' | 'user-code'
export type Initiation =
  | { kind: 'accepted'; userCode: string; loginHint: string | undefined }
  | { kind: 'refused'; why: Refused }

/** Each parameter comes once and as printable ASCII: URL parsers drop line breaks and turn backslashes round. */
const printable = z.string().regex(/^[\x20-\x5b\x5d-\x7e]{1,2048}$/)
const single = z.tuple([printable]).transform(([value]) => value)
const parametersSchema = z.object({ iss: single, target_link_uri: single, login_hint: single.optional() })
const targetSchema = z.strictObject({
  user_code: single,
  client_id: single.optional(),
  iss: single.optional(),
  login_hint: single.optional(),
})
/** What a kiosk's screen can show. */
const USER_CODE = /^[A-Z0-9]{2,8}(-[A-Z0-9]{2,8}){0,3}$/

/** Every value of every parameter, so that a second one is seen. */
function gather(parameters: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]))
}

/**
 * @param issuer as the provider's discovery document writes it
 * @param devicePage the one page that may be meant; compared as text, so that nothing is left to a parser's kindness
 */
export function judgeInitiation(parameters: URLSearchParams, issuer: string, devicePage: string): Initiation {
  const refused = (why: Refused): Initiation => ({ kind: 'refused', why })
  const given = parametersSchema.safeParse(gather(parameters))
  if (!given.success) return refused('parameters')
  const { iss, target_link_uri: target, login_hint: loginHint } = given.data
  if (iss !== issuer) return refused('issuer')
  if (!target.startsWith(`${devicePage}?`) || /[\s#]/.test(target)) return refused('target')
  const query = targetSchema.safeParse(gather(new URLSearchParams(target.slice(devicePage.length))))
  if (!query.success || (query.data.iss ?? issuer) !== issuer) return refused('target')
  const userCode = query.data.user_code.toUpperCase()
  return USER_CODE.test(userCode) ? { kind: 'accepted', userCode, loginHint } : refused('user-code')
}
