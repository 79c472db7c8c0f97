/** Asks a person for what a bundle is made from, and asks again where an answer cannot be right. Never asks for a secret. */
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import { contentOf } from './bundle-content.ts'
import { type AnswerName, type Answers, isProvider, PROVIDER_FORMS } from './provider-forms.ts'

export type Question = {
  name: AnswerName
  ask: string
  /** The settings in which a wrong answer shows. */
  paths: readonly string[]
  isNeeded?: true
  isList?: true
  fallback?: string
}

/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = [
  { name: 'brand', ask: 'The name people know, such as "Contoso Reception"', paths: ['brand.name'], isNeeded: true },
  {
    name: 'provider',
    ask: `Identity provider: ${Object.keys(PROVIDER_FORMS).join(', ')}`,
    paths: ['identity.provider'],
    isNeeded: true,
  },
  { name: 'tenant-id', ask: 'Directory (tenant) id', paths: ['identity.tenantId', 'identity.issuer'], isNeeded: true },
  { name: 'domain', ask: 'Its domain, such as "contoso.okta.com"', paths: ['identity.issuer'], isNeeded: true },
  {
    name: 'authorization-server',
    ask: 'Authorization server id, or "org" for the organisation’s own',
    paths: ['identity.issuer'],
    fallback: 'default',
  },
  { name: 'project-id', ask: 'Project id', paths: ['identity.issuer'], isNeeded: true },
  { name: 'issuer', ask: 'Issuer, as the discovery document names it', paths: ['identity.issuer'], isNeeded: true },
  { name: 'client-id', ask: 'Client id of the public client for kiosks', paths: ['identity.clientId'], isNeeded: true },
  {
    name: 'require-claim',
    ask: 'Who may sign in, such as "groups=reception"; nothing for everybody of the tenant',
    paths: ['access.requiredClaims'],
    isList: true,
  },
  { name: 'app-url', ask: 'The reception app’s first page; nothing for none', paths: ['app.url'] },
  { name: 'api-origin', ask: 'Origins of its APIs', paths: ['app.apiOrigins'], isList: true },
  { name: 'scope', ask: 'Scopes for these APIs', paths: ['identity.scopes'], isList: true },
  { name: 'site', ask: 'The building, such as "Building 4"; nothing to list none', paths: ['sites.0.place'] },
  { name: 'device', ask: 'Devices in it, such as "DR-0042=Main lobby"', paths: ['sites.0.devices'], isList: true },
]

/** Asked of some providers only. */
const OF_A_PROVIDER: readonly AnswerName[] = Object.values(PROVIDER_FORMS).flatMap(({ asks }) => asks)

/** Questions that lead nowhere without the answer to another. */
const FOLLOWS: Partial<Record<AnswerName, AnswerName>> = { 'api-origin': 'app-url', scope: 'app-url', device: 'site' }

export function isAsked({ name }: Question, answers: Answers): boolean {
  if (answers[name] !== undefined) return false
  const before = FOLLOWS[name]
  if (before !== undefined && answers[before] === undefined) return false
  if (!OF_A_PROVIDER.includes(name)) return true
  // Whoever names the issuer needs no help to find it.
  if (answers.issuer !== undefined && name !== 'tenant-id') return false
  return isProvider(answers.provider) && PROVIDER_FORMS[answers.provider].asks.includes(name)
}

function withAnswer(answers: Answers, { name, isList, fallback }: Question, line: string): Answers {
  const text = line.trim() || (fallback ?? '')
  if (text === '') return answers
  return { ...answers, [name]: isList ? text.split(',').map((part) => part.trim()) : text }
}

function faultOf(answers: Answers, { paths, isNeeded, name }: Question): string | null {
  if (answers[name] === undefined) return isNeeded ? 'is needed' : null
  const checked = checkKioskConfig(JSON.parse(JSON.stringify(contentOf(answers))))
  const faults = checked.ok ? [] : checked.faults
  const fault = faults.find(({ path }) => paths.some((own) => path === own || path.startsWith(`${own}.`)))
  // What is missing comes from another answer.
  return fault && fault.what !== 'is missing' ? `${fault.what}. ${fault.remedy}` : null
}

/**
 * @param given what is known already and not asked again
 * @param ask one line for one question
 * @param complain why an answer cannot be
 */
export async function askAnswers(
  given: Answers,
  ask: (question: string) => Promise<string>,
  complain: (text: string) => void,
): Promise<Answers> {
  let answers = given
  for (const question of QUESTIONS) {
    if (!isAsked(question, answers)) continue
    for (;;) {
      const hint = question.fallback ? ` [${question.fallback}]` : question.isList ? ' (several with commas)' : ''
      const next = withAnswer(answers, question, await ask(`${question.ask}${hint}: `))
      const fault = faultOf(next, question)
      if (fault === null) {
        answers = next
        break
      }
      complain(`  ${fault}`)
    }
  }
  return answers
}
