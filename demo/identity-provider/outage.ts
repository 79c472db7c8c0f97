/** A switch: the endpoints that a device and a portal talk to fail as behind a broken proxy. Never touches the phone's pages. */
import { PROVIDER_PATHS, type ProviderMiddleware } from './provider-request.ts'

const FAILING_PATHS: readonly string[] = [
  PROVIDER_PATHS.token,
  PROVIDER_PATHS.deviceAuthorization,
  PROVIDER_PATHS.introspection,
]

export class Outage {
  #isOn = false

  set(on: boolean): void {
    this.#isOn = on
  }

  /** While on, answers 503 with HTML, as proxies do: a device must not take it for an OAuth answer. */
  middleware(): ProviderMiddleware {
    return async (context, next) => {
      if (!this.#isOn || !FAILING_PATHS.includes(context.path)) return next()
      context.status = 503
      context.type = 'html'
      context.body = '<!doctype html><html lang="en"><title>503</title><h1>503 Service Unavailable</h1></html>'
    }
  }
}
