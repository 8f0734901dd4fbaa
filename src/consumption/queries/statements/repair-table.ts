import type { TableRecord, TableRef } from '#catalog/metastore'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'
import { partitionInput } from './alter-partitions.ts'
import type { DdlParts } from './run-ddl.ts'
import { type TextResult, textResult } from './text-result.ts'

const batch = 100
const page = 1000
/** Partitions that one repair adds at most. */
const foundMax = 100_000

/** MSCK REPAIR TABLE: adds the partitions that lie under the table's location as `key=value/` folders. */
export async function repairTable(
  table: TableRecord,
  ref: TableRef,
  parts: DdlParts,
): Promise<TextResult> {
  const keys = (table.partitionKeys ?? []).map((key) => key.name)
  const location = parseLocation(table.storage?.location)
  if (keys.length === 0 || !location) return textResult([], [])
  const found: { values: string[]; location: string }[] = []

  const walk = async (prefix: string, values: readonly string[]): Promise<void> => {
    if (values.length === keys.length) {
      found.push({ values: [...values], location: `s3://${location.bucket}/${prefix}` })
      if (found.length > foundMax) {
        throw failed(
          'FAILED: Execution Error',
          `the table has more than ${foundMax} folders of partitions`,
        )
      }
      return
    }
    const key = keys[values.length]!
    let after: string | undefined
    do {
      const { accountId } = parts.context
      const listed = await parts.objects.list({
        accountId,
        bucket: location.bucket,
        prefix,
        delimiter: '/',
        after,
        limit: page,
      })
      for (const folder of listed.commonPrefixes) {
        const name = folder.slice(prefix.length, -1)
        const equals = name.indexOf('=')
        if (equals < 0 || name.slice(0, equals).toLowerCase() !== key) continue
        await walk(folder, [...values, decode(name.slice(equals + 1))])
      }
      after = listed.next
      parts.signal.throwIfAborted()
    } while (after !== undefined)
  }
  await walk(location.prefix, [])

  const added: (readonly string[])[] = []
  for (let start = 0; start < found.length; start += batch) {
    const inputs = found
      .slice(start, start + batch)
      .map((partition) =>
        partitionInput(table, partition.values, partition.location.replace(/\/$/, '')),
      )
    const { existing } = await parts.metastore.addPartitions(ref, inputs)
    const there = new Set(existing.map((values) => values.join('\0')))
    added.push(
      ...inputs.map((input) => input.values).filter((values) => !there.has(values.join('\0'))),
    )
  }
  if (added.length === 0) return textResult([], [])
  const specs = added.map(
    (values) =>
      `${table.name}:${values.map((value, index) => `${keys[index]}=${value}`).join('/')}`,
  )
  return textResult(
    [],
    [
      `Partitions not in metastore:\t${specs.join('\t')}`,
      ...specs.map((spec) => `Repair: Added partition to metastore ${spec}`),
    ],
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
