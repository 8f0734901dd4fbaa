import { isUtf8 } from 'node:buffer'
import type { DeliveryRecord } from '../delivery-record.ts'
import type { Outcome, Transform } from './transform.ts'

export interface ValidationSettings {
  readonly kind: 'validation'
  /** Text in UTF-8, or such text that is one value of JSON. */
  readonly format: 'text' | 'json'
}

/** Sets aside what is not of the format that its channel names: https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-about.html */
export function validation({ format }: ValidationSettings): Transform {
  const trouble = format === 'json' ? jsonTrouble : textTrouble
  return {
    isRepeatable: true,
    apply: async (records) => records.map((record) => outcomeOf(record, trouble(record.data))),
  }
}

function outcomeOf(record: DeliveryRecord, message: string | undefined): Outcome {
  if (message === undefined) return { status: 'Ok', records: [record] }
  const failure = { outputType: 'processing-failed', code: 'DataFormat.Invalid', message } as const
  return { status: 'ProcessingFailed', failure }
}

function textTrouble(data: Uint8Array): string | undefined {
  return isUtf8(data) ? undefined : 'The record is not valid UTF-8.'
}

function jsonTrouble(data: Uint8Array): string | undefined {
  const trouble = textTrouble(data)
  if (trouble !== undefined) return trouble
  try {
    JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString())
    return undefined
  } catch {
    return 'The record is not valid JSON.'
  }
}
