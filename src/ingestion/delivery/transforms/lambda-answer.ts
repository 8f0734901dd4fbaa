import type { FunctionFailure } from './function-caller.ts'

/** What a function made of one record. */
export type ReturnedRecord =
  | {
      readonly kind: 'Ok'
      readonly data: Uint8Array
      readonly partitionKeys?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'Dropped' }
  | { readonly kind: 'failed'; readonly failure: FunctionFailure }

const unreadable = (why: string): FunctionFailure => ({
  code: 'Lambda.JsonProcessingException',
  message: `The records that the function returned do not follow the status model: ${why}`,
})

/**
 * A function's answer, one entry for each id in their order; or why the whole cannot be used.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
 */
export function readAnswer(
  payload: Uint8Array,
  ids: readonly string[],
): { readonly records: readonly ReturnedRecord[] } | FunctionFailure {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(payload).toString())
  } catch {
    return unreadable('the answer is not JSON')
  }
  const records = isObject(answer) ? answer['records'] : undefined
  if (!Array.isArray(records)) return unreadable('it has no list named records')
  const byId = new Map<string, Record<string, unknown>>()
  const twice = new Set<string>()
  for (const record of records as readonly unknown[]) {
    if (!isObject(record)) return unreadable('a record is not an object')
    const id = record['recordId']
    if (typeof id !== 'string') return unreadable('a record has no recordId')
    if (byId.has(id)) twice.add(id)
    byId.set(id, record)
  }
  return {
    records: ids.map((id) => {
      const record = byId.get(id)
      if (!record) return fail('Lambda.MissingRecordId', 'The answer does not hold the recordId.')
      if (twice.has(id)) {
        return fail('Lambda.DuplicatedRecordId', 'The answer holds the recordId more than once.')
      }
      return readRecord(record)
    }),
  }
}

function readRecord(record: Readonly<Record<string, unknown>>): ReturnedRecord {
  const { result, data, metadata } = record
  switch (result) {
    case 'Dropped':
      return { kind: 'Dropped' }
    case 'ProcessingFailed':
      return fail(
        'Lambda.ProcessingFailedStatus',
        'The function has set the status ProcessingFailed for the record.',
      )
    case 'Ok': {
      if (typeof data !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) {
        return { kind: 'failed', failure: unreadable('data is not a text in base64') }
      }
      // Where a record goes among tables: https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record-different.html
      const keys = isObject(metadata)
        ? (metadata['otfMetadata'] ?? metadata['partitionKeys'])
        : undefined
      const bytes = Buffer.from(data, 'base64')
      if (keys === undefined || keys === null) return { kind: 'Ok', data: bytes }
      const partitionKeys = readKeys(keys)
      if (partitionKeys) return { kind: 'Ok', data: bytes, partitionKeys }
      return { kind: 'failed', failure: unreadable('partitionKeys is not a map of texts') }
    }
    default:
      return {
        kind: 'failed',
        failure: unreadable('result is none of Ok, Dropped and ProcessingFailed'),
      }
  }
}

/** Numbers and booleans are as good as texts. */
function readKeys(keys: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(keys)) return undefined
  const entries = Object.entries(keys)
  const isPlain = (value: unknown) => /^(?:string|number|boolean)$/.test(typeof value)
  if (!entries.every(([, value]) => isPlain(value))) return undefined
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

function fail(code: string, message: string): ReturnedRecord {
  return { kind: 'failed', failure: { code, message } }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
