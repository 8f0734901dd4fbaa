import type { DeliveryRecord, PartitionKeys } from '../delivery-record.ts'
import { runJq } from './jq/jq.ts'
import type { JqResult } from './jq/messages.ts'
import type { Outcome, Transform } from './transform.ts'

export interface MetadataSettings {
  readonly kind: 'metadata'
  /** In jq's language; gives one object whose members are the partition keys. */
  readonly query: string
}

/**
 * Finds what records are partitioned by with a query over their JSON.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
 */
export function metadataExtraction({ query }: MetadataSettings): Transform {
  return {
    // The one function of jq whose answer depends on when it is asked.
    isRepeatable: !/\bnow\b/.test(query),
    apply: async (records, { signal }) => {
      const texts = records.map(({ data }) => Buffer.from(data).toString())
      const results = await runJq(query, texts, signal)
      return records.map((record, index) => outcomeOf(record, results[index]!))
    },
  }
}

function outcomeOf(record: DeliveryRecord, result: JqResult): Outcome {
  if ('error' in result) return failed(result.error)
  if (result.values.length !== 1) return failed('The query gives more or less than one value.')
  const keys = keysOf(result.values[0])
  if (typeof keys === 'string') return failed(keys)
  return { status: 'Ok', records: [{ ...record, keys: { ...record.keys, query: keys } }] }
}

function failed(message: string): Outcome {
  return {
    status: 'ProcessingFailed',
    failure: {
      outputType: 'processing-failed',
      code: 'DynamicPartitioning.MetadataExtractionFailed',
      message,
    },
  }
}

/** The keys as text; or what is wrong with them. */
function keysOf(value: unknown): NonNullable<PartitionKeys['query']> | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'The query must give an object.'
  }
  const keys: Record<string, string> = {}
  for (const [name, each] of Object.entries(value)) {
    if (each === null || each === '') return 'partitionKeys values must not be null or empty'
    if (typeof each === 'object') return `The partition key '${name}' is neither text nor number.`
    keys[name] = String(each)
  }
  return keys
}
