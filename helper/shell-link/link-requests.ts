/** What a proven peer may ask, by its role, each checked by the contract. Never answers a request outside of it. */
import {
  type ContentTypeDecoder,
  ErrorCodes,
  type Message,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node'
import { z } from 'zod'
import type { AccessTokenAnswer, AccessTokenRequest } from '../../contract/access-token.ts'
import type { LogoPart, LogoRequest } from '../../contract/brand.ts'
import { COMMAND_ROLES, type Command, type CommandResult, type LinkRole } from '../../contract/commands.ts'
import type { Diagnostics } from '../../contract/diagnostics.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { LINK_REQUESTS } from '../../contract/link-protocol.ts'
import type { ScreenIncident } from '../../contract/screen-incident.ts'
import type { KioskSnapshot, Painted } from '../../contract/session-state.ts'
import type { SupportDesk } from '../support/support-desk.ts'
import type { TechnicianAccess } from '../technician/technician-access.ts'
import type { RefusalLog } from './refusal-log.ts'

export type LinkHandlers = {
  snapshot(): KioskSnapshot
  command(command: Command, role: LinkRole): CommandResult
  painted(painted: Painted): void
  incident(incident: ScreenIncident): void
  diagnostics(): Diagnostics
  technician: Pick<TechnicianAccess, 'challenge' | 'answer' | 'act'>
  logoPart(request: LogoRequest): LogoPart
  support: SupportDesk
  accessToken(request: AccessTokenRequest): Promise<AccessTokenAnswer>
  /**
   * A shell subscribes; called before its first snapshot is read.
   *
   * @param screenId 64 hex digits, the same as before where this is the same process with a new link
   */
  screenJoined(screenId: string): void
  /** The last shell has left the link. */
  screenLost(): void
}

/** A request as JSON-RPC 2.0 has it, with named parameters. Nobody sends the helper a notification or an answer. */
const requestSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.int(), z.string().max(64)]),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
})

async function readRequest(bytes: Uint8Array): Promise<Message> {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new KioskError('link-message-invalid', 'a message on the shell link is not JSON', { cause })
  }
  const request = requestSchema.safeParse(json)
  if (!request.success) {
    throw new KioskError('link-message-invalid', 'a message on the shell link is no JSON-RPC request', {
      cause: request.error,
    })
  }
  return request.data
}

/** In place of the library's own, which takes anything that is JSON. */
export const requestDecoder: ContentTypeDecoder = { name: 'application/json', decode: readRequest }

/** A refusal as JSON-RPC carries it: our code in `data`, so that the peer can act on it. */
export function refusal(error: unknown, rpcCode: number = ErrorCodes.InvalidRequest): ResponseError<{ code: string }> {
  const known = error instanceof KioskError ? error : new KioskError('unexpected', 'the request failed in the helper')
  return new ResponseError(rpcCode, known.message, { code: known.code })
}

/** Where and how, never what: the words of a peer belong neither into a log nor into an answer. */
function describeIssues({ issues }: z.ZodError): string {
  return issues.map(({ code, path }) => (path.length > 0 ? `${path.join('.')} ${code}` : code)).join(', ')
}

type LinkRequest = (typeof LINK_REQUESTS)[keyof typeof LINK_REQUESTS]

/** @param subscribe from now on this peer is told of every change */
export function serveRequests(
  connection: MessageConnection,
  options: { role: LinkRole; handlers: LinkHandlers; refusals: RefusalLog; subscribe: () => void },
): void {
  const { role, handlers, refusals, subscribe } = options

  function refuse(error: unknown, rpcCode?: number): ResponseError<{ code: string }> {
    refusals.note('link.request-refused', error, role)
    return refusal(error, rpcCode)
  }

  function answer<R extends LinkRequest>(
    request: R,
    handle: (params: z.output<R['params']>) => z.input<R['result']> | Promise<z.input<R['result']>>,
  ): void {
    connection.onRequest(request.method, (params: unknown) => {
      const parsed = request.params.safeParse(params)
      if (!parsed.success) {
        const what = `${request.method}: ${describeIssues(parsed.error)}`
        return refuse(new KioskError('link-message-invalid', what), ErrorCodes.InvalidParams)
      }
      try {
        const result = handle(parsed.data as z.output<R['params']>)
        // What is answered at once stays before whatever is published next.
        return result instanceof Promise ? result.catch((error: unknown) => refuse(error)) : result
      } catch (error) {
        return refuse(error)
      }
    })
  }

  connection.onRequest(() =>
    refuse(new KioskError('link-message-invalid', 'the helper knows no such request'), ErrorCodes.MethodNotFound),
  )
  answer(LINK_REQUESTS.subscribe, ({ screenId }) => {
    if ((screenId !== null) !== (role === 'shell')) {
      throw new KioskError(
        'link-message-invalid',
        'a shell subscribes with the id of its screen, and nobody else has one',
      )
    }
    if (screenId !== null) handlers.screenJoined(screenId)
    subscribe()
    return handlers.snapshot()
  })
  answer(LINK_REQUESTS.command, (command) => {
    if (!COMMAND_ROLES[command.kind].includes(role)) {
      throw new KioskError('command-not-allowed', `"${command.kind}" is for the screen alone`)
    }
    return handlers.command(command, role)
  })
  answer(LINK_REQUESTS.diagnostics, () => {
    if (role !== 'technician') throw new KioskError('command-not-allowed', 'diagnostics are for a technician')
    return handlers.diagnostics()
  })
  const checkScreen = () => {
    if (role !== 'shell') throw new KioskError('command-not-allowed', 'the support overlay is the screen’s alone')
  }
  answer(LINK_REQUESTS.technicianChallenge, () => {
    checkScreen()
    return handlers.technician.challenge()
  })
  answer(LINK_REQUESTS.technicianAnswer, (given) => {
    checkScreen()
    return handlers.technician.answer(given)
  })
  answer(LINK_REQUESTS.technicianAct, (act) => {
    checkScreen()
    return handlers.technician.act(act)
  })
  answer(LINK_REQUESTS.logoPart, (request) => {
    if (role !== 'shell') throw new KioskError('command-not-allowed', 'a logo is for the screen alone')
    return handlers.logoPart(request)
  })
  answer(LINK_REQUESTS.supportStatus, () => {
    checkScreen()
    return handlers.support.status()
  })
  answer(LINK_REQUESTS.supportDiagnostics, () => {
    checkScreen()
    return handlers.support.diagnostics()
  })
  answer(LINK_REQUESTS.supportChecks, (request) =>
    role === 'technician' ? handlers.support.checksForDoctor(request) : handlers.support.checks(request),
  )
  answer(LINK_REQUESTS.accessToken, (request) => {
    if (role !== 'shell') throw new KioskError('command-not-allowed', 'a token is for the screen’s hosted app alone')
    return handlers.accessToken(request)
  })
  answer(LINK_REQUESTS.painted, (painted) => {
    if (role !== 'shell') throw new KioskError('command-not-allowed', 'only the shell paints')
    handlers.painted(painted)
    return {}
  })
  answer(LINK_REQUESTS.incident, (incident) => {
    if (role !== 'shell') throw new KioskError('command-not-allowed', 'only the shell tells of its screen')
    handlers.incident(incident)
    return {}
  })
}
