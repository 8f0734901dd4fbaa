import type { Database } from '#platform/database'
import type { ObjectStore } from '#storage/objects'

/** Where faults are put in: around each thing that is written, named or removed. */
export interface FaultPoints {
  inDatabase(database: Database): Database
  inObjects(objects: ObjectStore): ObjectStore
}

export const noFaults: FaultPoints = {
  inDatabase: (database) => database,
  inObjects: (objects) => objects,
}

/** What writes bytes, names them, or takes them away. */
const writing: readonly (string | symbol)[] = ['stage', 'stageFile', 'publish', 'discard', 'delete']

/**
 * Runs `step` before each write of the object store, before and after each transaction, and at its end, when all its statements are
 * made and it is not yet committed. What `step` throws is thrown in that place.
 */
export function faultsAt(step: (name: string) => Promise<void> | void): FaultPoints {
  return {
    inDatabase: (database) =>
      replacing(database, (name, method) =>
        name === 'transaction'
          ? async (work: (tx: unknown) => Promise<unknown>) => {
              await step('transaction')
              const result: unknown = await method(async (tx: unknown) => {
                const done = await work(tx)
                await step('commit')
                return done
              })
              await step('committed')
              return result
            }
          : method,
      ),
    inObjects: (objects) =>
      replacing(objects, (name, method) =>
        writing.includes(name)
          ? async (...given: readonly unknown[]) => {
              await step(String(name))
              return method(...given)
            }
          : method,
      ),
  }
}

type Method = (...given: readonly unknown[]) => unknown

function replacing<T extends object>(
  target: T,
  replaced: (name: string | symbol, method: Method) => unknown,
): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? replaced(name, (value as Method).bind(target)) : value
    },
  })
}
