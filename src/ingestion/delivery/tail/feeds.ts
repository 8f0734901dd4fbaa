import type { DeliveryStream, S3Target } from '../records.ts'
import type { TailTable } from './tails.ts'

/** Whether objects of a target can be rows of a table: they may lie below it, or it was named for the conversion. */
export function feeds(stream: DeliveryStream, target: S3Target, table: TailTable): boolean {
  if (stream.accountId !== table.accountId) return false
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
