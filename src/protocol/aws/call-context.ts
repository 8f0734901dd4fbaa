import type { Logger } from '#kit'
import type { Call } from './operation.ts'

/** What is made only when an operation asks: most never log, nor look whether the client is still there. */
export interface OnDemand {
  log(): Logger
  signal(): AbortSignal
}

const onDemand = Symbol('what is made on demand')
interface Made {
  readonly [onDemand]: OnDemand
}

const prototypes = new WeakMap<object, object>()

/** What an operation is given: the call, over the service's own context, which stays as it is. */
export function callContext(
  service: object,
  call: Omit<Call, 'log' | 'signal'>,
  made: OnDemand,
): Call {
  let prototype = prototypes.get(service)
  if (!prototype) {
    // Defined once for each service: on each call's own object it would cost more than a small request's decoding.
    prototype = Object.create(service, {
      log: {
        get(this: Made) {
          return this[onDemand].log()
        },
      },
      signal: {
        get(this: Made) {
          return this[onDemand].signal()
        },
      },
    }) as object
    prototypes.set(service, prototype)
  }
  return Object.assign(Object.create(prototype) as Call, call, { [onDemand]: made })
}
