import { Readable } from 'node:stream'
import type { WireResponse } from '#protocol/http'
import { messageMember } from '../document/failure.ts'
import type { Member, OperationSchema, StructureShape } from '../shape.ts'
import type { Outbound, Wire, WireFailure } from '../wire.ts'
import { eventFrame, failureFrame, initialResponseFrame, type EventFormat } from './frames.ts'

export interface EventAnswer {
  readonly wire: Wire
  readonly format: EventFormat
  readonly schema: OperationSchema
  /** The output's member that is a stream of events. */
  readonly member: Member
  readonly output: unknown
  readonly outbound: Outbound
  /** Ends the stream, whole, wherever it waits. */
  readonly signal: AbortSignal
  readonly toFailure: (error: unknown) => WireFailure
}

/**
 * An answer that goes on: the events of an iterable as `application/vnd.amazon.eventstream`, each one sent when it is there
 * and asked for only when the client has taken those before it
 * (https://smithy.io/2.0/aws/amazon-eventstream.html).
 */
export function respondWithEvents(answer: EventAnswer): WireResponse {
  const { wire, format, schema, member, output, outbound } = answer
  const source = (output ?? {}) as Readonly<Record<string, unknown>>
  const events = source[member.name]
  if (!isAsyncIterable(events)) {
    throw new TypeError(`${schema.name} answered without the events of ${member.name}`)
  }
  // What is not events is encoded as it always is; over RPC that document becomes the first message.
  const head = wire.encode(schema, { ...source, [member.name]: undefined }, outbound)
  const first = format.initialResponse
    ? initialResponseFrame(format.contentType, head.body as string | Uint8Array)
    : undefined
  return {
    status: head.status,
    headers: { ...head.headers, 'content-type': 'application/vnd.amazon.eventstream' },
    body: Readable.from(frames(events, first, answer), {
      objectMode: false,
      highWaterMark: bufferedBytesMax,
    }),
    immediate: true,
  }
}

const bufferedBytesMax = 64 * 1024

async function* frames(
  events: AsyncIterable<unknown>,
  first: Uint8Array | undefined,
  { format, member, signal, toFailure }: EventAnswer,
): AsyncGenerator<Uint8Array> {
  const union = member.shape as StructureShape
  const iterator = events[Symbol.asyncIterator]()
  try {
    if (first) yield first
    for (;;) {
      const result = await nextUnlessAborted(iterator, signal)
      if (!result || result.done === true) return
      yield eventFrame(union, result.value, format)
    }
  } catch (error) {
    const failure = toFailure(error)
    yield failureFrame(union, failure, messageMember(failure.shape), format)
  } finally {
    // A generator that waits for something answers this only later; nobody needs to wait with it.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/** The next event; undefined as soon as the signal is aborted. */
function nextUnlessAborted(
  iterator: AsyncIterator<unknown>,
  signal: AbortSignal,
): Promise<IteratorResult<unknown> | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(undefined)
    const onAbort = (): void => resolve(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
