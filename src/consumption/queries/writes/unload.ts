import type { Analysis, Unload } from '#consumption/sql'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'
import { outputColumns } from './columns.ts'
import { writeOptions } from './properties.ts'
import type { WriteParts } from './run-write.ts'
import { type WriteTarget, checkEmpty, partitionFolder, splitKeys } from './target.ts'

/** UNLOAD: files and no table. https://docs.aws.amazon.com/athena/latest/ug/unload.html */
export async function unloadTarget(
  statement: Unload,
  analysis: Analysis,
  { objects, context }: WriteParts,
): Promise<WriteTarget> {
  if (!statement.properties.has('format')) {
    throw failed('INVALID_TABLE_PROPERTY', "line 1:1: Property 'format' is required")
  }
  const { format, partitionedBy } = writeOptions('unload', statement.properties)
  const base = parseLocation(statement.location)
  if (!base) throw failed('INVALID_TABLE_PROPERTY', `Invalid location: ${statement.location}`)
  await checkEmpty(base, 'UNLOAD', objects, context.accountId)
  const { columns, keys } = splitKeys(outputColumns(analysis, format), partitionedBy)
  const names = keys.map((key) => key.name)
  const locate = async (partitions: readonly (readonly string[])[]) =>
    keys.length === 0 ? [base] : partitions.map((values) => partitionFolder(base, names, values))
  return { format, columns, keys, locate }
}
