import type { DeliveryStream, IcebergTarget, S3Target } from '../records.ts'
import type { TailTable } from './tails.ts'

/** Whether objects of a target can be rows of a table: they may lie below it, or it was named for the conversion. */
export function feeds(
  stream: DeliveryStream,
  target: S3Target | IcebergTarget,
  table: TailTable,
): boolean {
  if (stream.accountId !== table.accountId) return false
  if (target.kind === 'iceberg') return table.iceberg !== undefined && routes(stream, target, table)
  if (table.iceberg !== undefined) return false
  const { conversion } = target
  const isNamed =
    conversion !== undefined &&
    conversion.region === table.region &&
    conversion.database.toLowerCase() === table.database.toLowerCase() &&
    conversion.table.toLowerCase() === table.table.toLowerCase()
  if (isNamed) return true
  if (target.bucket !== table.bucket) return false
  const fixed = fixedPart(target.prefix)
  return fixed.startsWith(table.prefix) || table.prefix.startsWith(fixed)
}

/** A prefix up to its first expression. */
function fixedPart(prefix = ''): string {
  const expression = prefix.indexOf('!{')
  return expression < 0 ? prefix : prefix.slice(0, expression)
}

/** Records name their table themselves, or it is one of those that the delivery stream names. */
function routes(stream: DeliveryStream, target: IcebergTarget, table: TailTable): boolean {
  if (target.region !== table.region) return false
  const isSelfRouted = stream.settings.transforms?.some(({ kind }) => kind === 'metadata')
  const isNamed = target.tables.some(
    (each) =>
      each.database.toLowerCase() === table.database.toLowerCase() &&
      each.table.toLowerCase() === table.table.toLowerCase(),
  )
  return isSelfRouted === true || isNamed
}
