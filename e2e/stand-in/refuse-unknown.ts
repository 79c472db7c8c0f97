/** Makes an API object throw when anything is touched that the stand-in lacks. Runs in Node and inside pages. */

/**
 * A prototype that knows the properties of `base` and throws for every other one.
 *
 * As a prototype, not a wrapper, it keeps the identity of the object that it guards. The function is injected into pages
 * as source text, so it must use nothing outside itself.
 */
export function refuseUnknown(apiName: string, base: object): object {
  // Asked for by `await`, by JSON and by bundlers' interop without meaning an API.
  const askedByLanguage = ['then', 'toJSON', '__esModule', 'default', 'prototype']
  const refuse = (property: string) => {
    throw new Error(`electron stand-in: ${apiName}.${property} is not implemented`)
  }
  return new Proxy(base, {
    get(target, property, receiver) {
      if (typeof property === 'string' && !(property in target) && !askedByLanguage.includes(property)) refuse(property)
      return Reflect.get(target, property, receiver)
    },
    set(target, property, value, receiver) {
      if (typeof property === 'string' && !(property in target)) refuse(property)
      return Reflect.set(target, property, value, receiver)
    },
  })
}

/** Puts the guard under an object of ours: its own properties work, all others throw. */
export function guardApi<Api extends object>(apiName: string, api: Api): Api {
  return Object.setPrototypeOf(api, refuseUnknown(apiName, Object.getPrototypeOf(api)))
}
