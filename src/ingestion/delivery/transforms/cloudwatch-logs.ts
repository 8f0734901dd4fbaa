import type { DeliveryRecord } from '../delivery-record.ts'
import { withData, type Outcome, type Transform } from './transform.ts'

/**
 * Takes the messages out of what a subscription filter of CloudWatch Logs sends, a record with a line for each. Control messages have
 * none and are dropped. https://docs.aws.amazon.com/firehose/latest/dev/Message_extraction.html
 */
export function cloudWatchLogs(): Transform {
  return { isRepeatable: true, apply: async (records) => records.map(extract) }
}

function extract(record: DeliveryRecord): Outcome {
  const sent = parse(record.data)
  if (sent?.messageType === 'CONTROL_MESSAGE') return { status: 'Dropped' }
  const messages = sent?.messageType === 'DATA_MESSAGE' ? messagesOf(sent.logEvents) : undefined
  if (!messages) {
    return {
      status: 'ProcessingFailed',
      failure: {
        outputType: 'processing-failed',
        code: 'CloudWatchLogProcessing.InvalidRecord',
        message: 'The record is not one that CloudWatch Logs sends to a subscription.',
      },
    }
  }
  if (messages.length === 0) return { status: 'Dropped' }
  const data = Buffer.from(messages.map((message) => `${message}\n`).join(''))
  return { status: 'Ok', records: [withData(record, data)] }
}

interface Sent {
  readonly messageType?: unknown
  readonly logEvents?: unknown
}

function parse(data: Uint8Array): Sent | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(data).toString())
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

function messagesOf(events: unknown): readonly string[] | undefined {
  if (!Array.isArray(events)) return undefined
  const messages = events.map((event: { readonly message?: unknown } | null) => event?.message)
  return messages.every((message) => typeof message === 'string') ? messages : undefined
}
