import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import { coldPrefix } from './placed-blobs.ts'
import type { Side } from './relocation-plan.ts'

interface Named {
  readonly blob_id: string | null
}

/** Ids upstream begin with this, and none on a disk does. */
const upstreamStart = 's'
const upstreamEnd = 't'
/** Ids of the second place lie from its prefix to the same with its last character one up. */
const coldEnd = `${coldPrefix.slice(0, -1)}.`

/** Whether a row names a blob of the first place that lies at this end: its id tells. What lies in the database is at home on the disk. */
export function isOn(side: Side) {
  return <T extends Readonly<Record<K, Named>>, K extends keyof T & string>(
    where: ExpressionBuilder<T, K>,
  ): ExpressionWrapper<T, K, SqlBool> => {
    const row = where as unknown as ExpressionBuilder<{ readonly named: Named }, 'named'>
    const found =
      side === 's3'
        ? row.and([row('blob_id', '>=', upstreamStart), row('blob_id', '<', upstreamEnd)])
        : row.and([
            row.or([row('blob_id', '<', upstreamStart), row('blob_id', '>=', upstreamEnd)]),
            row.or([row('blob_id', '<', coldPrefix), row('blob_id', '>=', coldEnd)]),
          ])
    return found as unknown as ExpressionWrapper<T, K, SqlBool>
  }
}
