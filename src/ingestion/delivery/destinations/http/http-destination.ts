import { elapsedMs, randomHex, sleep, type Clock } from '#kit'
import type { Database } from '#platform/database'
import { batchUuid } from '../../batch.ts'
import { deliveryArn, type HttpTarget } from '../../records.ts'
import type { Destination, StageInput } from '../destination.ts'
import { requestsOf, type EndpointRequest } from './requests.ts'
import { send, type SendResult } from './send.ts'

export interface HttpDestinationParts {
  readonly database: Database
  readonly clock: Clock
  /** Opens what `HttpTarget.accessKey` holds sealed. */
  readonly unseal: (sealed: string) => string
}

/** https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html#responseformat, error response handling */
const retryFirstMs = 1000
const retryLastMs = 120_000

/**
 * An HTTP endpoint, in Firehose's own request format. What it took it cannot give back: a batch that is tried again after a crash is sent again,
 * under the same request ids if it has the same records. So an endpoint gets each record at least once.
 */
export function httpDestination(parts: HttpDestinationParts, target: HttpTarget): Destination {
  return {
    stage: async (input) => {
      const pages = input.records.pages(input.signal)
      const batchId = batchUuid(input.batch)
      const bytesMax = target.bufferBytes
      for await (const request of requestsOf(pages, { batchId, bytesMax })) {
        await deliver(parts, target, input, request)
      }
      return {
        commit: (checkpoints) => parts.database.transaction(checkpoints),
        discard: async () => {},
      }
    },
  }
}

/** Tries until the endpoint takes the request, or its time is over: then its records have failed. */
async function deliver(
  parts: HttpDestinationParts,
  target: HttpTarget,
  input: StageInput,
  request: EndpointRequest,
): Promise<void> {
  const startedAt = elapsedMs()
  for (let attempts = 1; ; attempts += 1) {
    const result = await attempt(parts, target, input, request)
    if (result.kind === 'delivered') return
    const { code, message } = result
    await input.tell({ code, message })
    const pauseMs = backoffMs(attempts)
    const isOver = elapsedMs() - startedAt + pauseMs > target.retryMs
    if (result.isPermanent || isOver) {
      const failure = { outputType: 'http-endpoint-failed', code, message, attempts } as const
      return input.fail(request.records.map((record) => ({ record, failure })))
    }
    await sleep(pauseMs, input.signal)
  }
}

/** With the address and the key of this moment: they may have been corrected. */
function attempt(
  parts: HttpDestinationParts,
  target: HttpTarget,
  input: StageInput,
  request: EndpointRequest,
): Promise<SendResult> {
  const latest = input.latest()
  const current = latest?.kind === 'http' ? latest : target
  return send(current, request, {
    sourceArn: deliveryArn(input.batch.stream),
    accessKey: current.accessKey === undefined ? undefined : parts.unseal(current.accessKey),
    nowMs: parts.clock.now(),
    signal: input.signal,
  })
}

/** Doubles from a second to two minutes, give or take 15 %. */
function backoffMs(attempts: number): number {
  const jitter = 0.85 + (0.3 * parseInt(randomHex(2), 16)) / 65_536
  return Math.min(retryLastMs, retryFirstMs * 2 ** (attempts - 1)) * jitter
}
