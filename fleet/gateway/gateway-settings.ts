/** `gateway.json`, from which the gateway's nginx configuration is rendered. Lets nothing through that nginx could read as syntax. */
import { z } from 'zod'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'

const matching = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, error)

const HOST = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*'
const PORT = '[1-9][0-9]{0,4}'
/** Segments of unreserved letters, none of them "." or "..": what it says is what every server reads. */
const PATH = '(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+'

const hostName = matching(new RegExp(`^${HOST}$`), 'is not a host name in lower case, such as "gateway.example.com"')
const file = matching(/^(?:\/[A-Za-z0-9._-]+)+$/, 'is not an absolute path of letters, digits, ".", "_" and "-"')
const listen = matching(
  new RegExp(`^(?:(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-f:]+\\]):)?${PORT}$`),
  'is not a port, or an address with a port such as "10.0.0.5:443"',
)
const endpoint = matching(
  new RegExp(`^https://${HOST}(?::${PORT})?${PATH}$`),
  'is not an https address of plain letters with a path and without a query',
)
const segment = matching(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'is not letters, digits, "." and "-"')
/** As RFC 4514 writes it. Letters that nginx, or a regular expression in it, would read are escaped on the way. */
const nameText = (error: string) => matching(/^[ !#-[\]-z|~\\]*$/, error)

const perMinute = (otherwise: number) => z.int().min(1).max(600_000).default(otherwise)
const burst = (otherwise: number) => z.int().min(1).max(10_000).default(otherwise)

const providerSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('entra'),
      tenantId: segment.refine((id) => !['common', 'organizations', 'consumers'].includes(id), {
        error: 'is shared by every tenant; give your own',
      }),
      /** Of a national cloud, such as `login.microsoftonline.us`. */
      authority: hostName.default('login.microsoftonline.com'),
    }),
    z.strictObject({ kind: z.literal('okta'), domain: hostName, authorizationServerId: segment.optional() }),
    z.strictObject({
      kind: z.literal('oidc'),
      endpoints: z.strictObject({
        discovery: endpoint,
        keySet: endpoint,
        deviceAuthorization: endpoint,
        token: endpoint,
        revocation: endpoint.optional(),
      }),
    }),
  ],
  { error: 'has no "kind", which is "entra", "okta" or, for any other, "oidc"' },
)
export type GatewayProvider = z.infer<typeof providerSchema>

const gatewaySettingsSchema = z.strictObject({
  version: z.literal(1, 'is not 1'),
  server: z.strictObject({
    /** The host of the gateway's address, for which its certificate is. */
    name: hostName,
    listen: z.array(listen).min(1).default(['443']),
    certificateFile: file,
    keyFile: file,
    /** The account of nginx's workers; left out, nginx's own default. */
    user: matching(/^[a-z_][a-z0-9_-]*$/, 'is not the name of an account').optional(),
    workers: z.int().min(1).max(64).optional(),
  }),
  devices: z.strictObject({
    /** The fleet's authority and, where it is not its own root, those above it. */
    caFile: file,
    /** A list of each authority in `caFile`, one after the other. */
    crlFile: file,
    /** One device a line: `DR-0042 active` or `DR-0042 suspended`. */
    listFile: file,
    /** What follows the common name in every device's subject, such as ",OU=Kiosks,O=Contoso". */
    subjectSuffix: nameText('is not the rest of a subject, such as ",O=Contoso"').default(''),
    /** The subject of the one authority that certifies devices, such as "CN=Contoso kiosks". */
    issuer: nameText('is not the subject of an authority').min(1).optional(),
    /** Certificates between a device's and the root, the root counted. */
    chainDepth: z.int().min(1).max(5).default(1),
  }),
  providers: z.array(providerSchema).min(1, 'lists no provider'),
  /** PEM, by which the provider's own certificate is judged. */
  providerCaFile: file.default('/etc/ssl/certs/ca-certificates.crt'),
  limits: z
    .strictObject({
      bodyKib: z.int().min(1).max(1024).default(16),
      /** A kiosk asks for six at once at most, then for three a minute. */
      codesPerMinute: perMinute(4),
      codesBurst: burst(8),
      /** Polls, refreshes and revocations: twelve a minute at the usual interval of five seconds. */
      tokensPerMinute: perMinute(60),
      tokensBurst: burst(30),
      /** Attestation, discovery and keys. */
      othersPerMinute: perMinute(60),
      othersBurst: burst(30),
      /** All of a site may share one address. */
      addressPerMinute: perMinute(6000),
      addressBurst: burst(1000),
    })
    .prefault({}),
  folders: z
    .strictObject({
      run: file.default('/run/digital-receptionist-gateway'),
      log: file.default('/var/log/digital-receptionist-gateway'),
    })
    .prefault({}),
})
export type GatewaySettings = z.infer<typeof gatewaySettingsSchema>

const REMEDY = 'Compare with docs/gateway.md.'

function faultOf(issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      what: 'is not a setting of the gateway',
      remedy: 'Check the spelling, or remove it.',
    }))
  }
  const what = issue.input === undefined ? 'is missing' : issue.message.replace(/^(Invalid input|Too \w+): /, '')
  return [{ path: issue.path.join('.'), what, remedy: REMEDY }]
}

/** @returns the settings, or every fault at once */
export function checkGatewaySettings(
  content: unknown,
): { ok: true; settings: GatewaySettings } | { ok: false; faults: ConfigFault[] } {
  const parsed = gatewaySettingsSchema.safeParse(content, { reportInput: true })
  if (parsed.success) return { ok: true, settings: parsed.data }
  return { ok: false, faults: parsed.error.issues.flatMap(faultOf) }
}
