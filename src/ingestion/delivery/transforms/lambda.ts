import { randomHex, sleep } from '#kit'
import type { DeliveryRecord, Failure, PartitionKeys } from '../delivery-record.ts'
import { unlessAborted } from '../unless-aborted.ts'
import type { FunctionCaller, FunctionFailure } from './function-caller.ts'
import { readAnswer, type ReturnedRecord } from './lambda-answer.ts'
import { withData, type Outcome, type Transform, type TransformContext } from './transform.ts'

export interface LambdaSettings {
  readonly kind: 'lambda'
  readonly functionArn: string
  readonly roleArn: string
  /** After a call that failed. */
  readonly retriesMax: number
  /** What a call holds of records, before base64. */
  readonly bufferBytes: number
}

/** Of a record on its way to a function: how its stream counts it. */
export type NumberRecord = (record: DeliveryRecord) => string

export interface LambdaParts {
  readonly functions: FunctionCaller
  /** Undefined for delivery streams that read no stream. */
  readonly numbersOf: (
    context: Pick<TransformContext, 'stream'>,
  ) => Promise<NumberRecord | undefined>
}

/** Calls for one page of records at once. */
const callsMax = 4
/** The function is given no more than this: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const requestBytesMax = 6_291_456
const recordsMax = 10_000
const retryMsFirst = 100
const retryMsLast = 10_000

/**
 * Gives records to a function, which gives back what is to be delivered in their place. A call that fails is tried again; then its records are set
 * aside, as are those that the answer does not name rightly.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function lambdaTransform(settings: LambdaSettings, parts: LambdaParts): Transform {
  return {
    // A function may answer something else the next time.
    isRepeatable: false,
    apply: async (records, context) => {
      const number = await parts.numbersOf(context)
      const chunks = chunksOf(records, settings.bufferBytes)
      const outcomes: (readonly Outcome[])[] = []
      const work = async () => {
        for (let index = next++; index < chunks.length; index = next++) {
          const chunk = chunks[index]!
          outcomes[index] = await transformChunk(settings, parts, context, number, chunk)
        }
      }
      let next = 0
      await Promise.all(Array.from({ length: Math.min(callsMax, chunks.length) }, work))
      return outcomes.flat()
    },
  }
}

function chunksOf(
  records: readonly DeliveryRecord[],
  bytesMax: number,
): readonly (readonly DeliveryRecord[])[] {
  const chunks: DeliveryRecord[][] = []
  let bytes = Infinity
  for (const record of records) {
    const size = record.data.byteLength
    const last = chunks.at(-1)
    if (!last || bytes + size > bytesMax || last.length >= recordsMax) {
      chunks.push([record])
      bytes = size
    } else {
      last.push(record)
      bytes += size
    }
  }
  return chunks
}

async function transformChunk(
  settings: LambdaSettings,
  parts: LambdaParts,
  context: TransformContext,
  number: NumberRecord | undefined,
  chunk: readonly DeliveryRecord[],
): Promise<readonly Outcome[]> {
  const { functionArn: lambdaArn } = settings
  const ids = chunk.map(recordId)
  const payload = Buffer.from(JSON.stringify(requestOf(context, ids, chunk, number)))
  const failAll = (failure: FunctionFailure, attempts: number) =>
    chunk.map(() => failed({ ...failure, attempts, lambdaArn }))
  // What stands around many small records may be more than they are.
  if (payload.length > requestBytesMax && chunk.length > 1) {
    const half = Math.ceil(chunk.length / 2)
    const inTurn = (some: typeof chunk) => transformChunk(settings, parts, context, number, some)
    return [...(await inTurn(chunk.slice(0, half))), ...(await inTurn(chunk.slice(half)))]
  }
  if (payload.length > requestBytesMax) {
    const message = `The records make a request of ${payload.length} bytes, more than ${requestBytesMax}.`
    return failAll({ code: 'Lambda.RequestTooLarge', message }, 0)
  }
  let attempts = 0
  for (;;) {
    attempts += 1
    const called = await callOnce(settings, parts, context, payload)
    if ('payload' in called) {
      const answer = readAnswer(called.payload, ids)
      if ('code' in answer) return failAll(answer, attempts)
      return chunk.map((record, index) =>
        outcomeOf(record, answer.records[index]!, attempts, lambdaArn),
      )
    }
    if (attempts > settings.retriesMax) return failAll(called, attempts)
    const waitMs = Math.min(retryMsLast, retryMsFirst * 2 ** Math.min(attempts, 10))
    await sleep(waitMs * (0.5 + parseInt(randomHex(2), 16) / 131_072), context.signal)
  }
}

async function callOnce(
  settings: LambdaSettings,
  { functions }: LambdaParts,
  { stream, signal }: TransformContext,
  payload: Uint8Array,
) {
  signal.throwIfAborted()
  const { functionArn, roleArn } = settings
  const { accountId, region } = stream
  const calling = functions.call({ functionArn, roleArn, accountId, region, payload })
  // Who deletes a delivery stream does not wait for its function.
  const called = await unlessAborted(calling, signal)
  // A server that stops ends its functions: that is not their fault.
  signal.throwIfAborted()
  return called
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html */
function requestOf(
  { stream, batchId }: TransformContext,
  ids: readonly string[],
  chunk: readonly DeliveryRecord[],
  number: NumberRecord | undefined,
) {
  const { accountId, region, name, source } = stream
  return {
    invocationId: batchId,
    deliveryStreamArn: `arn:aws:firehose:${region}:${accountId}:deliverystream/${name}`,
    ...(source.kind === 'stream' ? { sourceKinesisStreamArn: source.stream } : {}),
    region,
    records: chunk.map((record, index) => ({
      recordId: ids[index],
      approximateArrivalTimestamp: record.arrivalMs,
      data: base64(record.data),
      ...(number
        ? {
            kinesisRecordMetadata: {
              sequenceNumber: number(record),
              subsequenceNumber: String(record.subSequence ?? 0),
              partitionKey: record.partitionKey,
              shardId: record.shardId,
              approximateArrivalTimestamp: record.arrivalMs,
            },
          }
        : {}),
    })),
  }
}

/** Digits that no other record of the batch has, the same whenever it is tried again. */
function recordId({ shardId, sequence, subSequence = 0 }: DeliveryRecord): string {
  const shard = /\d+$/.exec(shardId)?.[0] ?? '0'
  return `${shard.padStart(12, '0')}${String(sequence).padStart(20, '0')}${String(subSequence).padStart(6, '0')}`
}

function outcomeOf(
  record: DeliveryRecord,
  returned: ReturnedRecord,
  attempts: number,
  lambdaArn: string,
): Outcome {
  switch (returned.kind) {
    case 'Ok': {
      const { data, partitionKeys } = returned
      const made = withData(record, data)
      if (!partitionKeys) return { status: 'Ok', records: [made] }
      const keys: PartitionKeys = { ...record.keys, lambda: partitionKeys }
      return { status: 'Ok', records: [{ ...made, keys }] }
    }
    case 'Dropped':
      return { status: 'Dropped' }
    case 'failed':
      return failed({ ...returned.failure, attempts, lambdaArn })
  }
}

function failed(failure: Omit<Failure, 'outputType'>): Outcome {
  return { status: 'ProcessingFailed', failure: { outputType: 'processing-failed', ...failure } }
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
}
