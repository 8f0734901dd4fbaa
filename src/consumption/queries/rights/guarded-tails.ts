import { objectArn } from '#storage/objects'
import type { HotTails } from '../hot-tails.ts'
import { type QueryRights, requireRight } from './query-rights.ts'

/** Hot tails for one caller: what is about to be an object is his to read as that object will be. */
export function guardedTails(tails: HotTails, rights: QueryRights): HotTails {
  return {
    cut: async (tables, options) => {
      const cut = await tails.cut(tables, options)
      return (
        cut && {
          settle: () => cut.settle(),
          read: async (signal) => {
            const tail = await cut.read(signal)
            for (const { bucket, key } of tail.objects) {
              await requireRight(rights, 's3:GetObject', objectArn(bucket, key))
            }
            return tail
          },
          [Symbol.asyncDispose]: () => cut[Symbol.asyncDispose](),
        }
      )
    },
    // Nothing is told of what is written then; it is read by the rights on its table.
    flush: (tables, signal) => tails.flush(tables, signal),
  }
}
