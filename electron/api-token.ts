/** Which request of the hosted app may carry the person's access token. Pure. Refuses whatever it cannot be sure of. */
import { isLoopbackHttp } from '../contract/web-address.ts'

/** What is known of a request, read from Electron at the moment of the question. */
export type AppRequest = {
  url: string
  method: string
  /** Electron's name of the kind of request. */
  resourceType: string
  /** Whose script or document asked for it; absent where the browser itself did. */
  initiatorOrigin?: string | undefined
  /** Asked for by the view of this session, and not by a worker or a view before it. */
  isOwnContents: boolean
  /** The origins of the frame that asked and of all around it; null where there is no such frame, or none any more. */
  frameOrigins: readonly string[] | null
  /** Some answer has sent this request elsewhere before. */
  isRedirected: boolean
}

export type TokenScope = {
  appOrigin: string
  apiOrigins: readonly string[]
  /** `http:` on this machine, in a shell that is not packaged. */
  mayBePlain: boolean
}

/** All of them must hold. Tests are named after the rule that they prove; `npm run e2e:mutations` takes one away at a time. */
type TokenRule = (request: AppRequest, scope: TokenScope) => boolean

const TOKEN_RULES: Readonly<Record<string, TokenRule>> = {
  'token over TLS': ({ url }, { mayBePlain }) =>
    URL.parse(url)?.protocol === 'https:' || (mayBePlain && isLoopbackHttp(url)),
  'token to the API alone': ({ url }, { apiOrigins }) => {
    const parsed = URL.parse(url)
    return parsed !== null && parsed.username === '' && parsed.password === '' && apiOrigins.includes(parsed.origin)
  },
  // No navigation, form, image, script, beacon, report or socket: their answers, or what is sent, are another's to choose.
  'token on data requests': ({ resourceType }) => resourceType === 'xhr',
  // The browser's own question whether the request may be made; it never carries credentials (Fetch §3.3.5).
  'token on no preflight': ({ method }) => method.toUpperCase() !== 'OPTIONS',
  'token to the view alone': ({ isOwnContents }) => isOwnContents,
  // The frames around it as well: the app's own page in a stranger's frame does the stranger's bidding.
  'token in frames of the app': ({ frameOrigins }, { appOrigin }) =>
    frameOrigins !== null && frameOrigins.length > 0 && frameOrigins.every((origin) => origin === appOrigin),
  // Fixed when the request was made, while its frame may have gone elsewhere since.
  'token by the app’s own script': ({ initiatorOrigin }, { appOrigin }) => initiatorOrigin === appOrigin,
  'token on no detour': ({ isRedirected }) => !isRedirected,
}

export function mayCarryToken(request: AppRequest, scope: TokenScope): boolean {
  return Object.values(TOKEN_RULES).every((holds) => holds(request, scope))
}
