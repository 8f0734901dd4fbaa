import { TokenBucket, remember, type Streams } from '#ingestion/streams'
import type { DeliveryScope, DeliveryStream } from '#ingestion/delivery'
import type { Clock } from '#kit'

const mib = 1024 * 1024

/** What a delivery stream takes in a second: https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
interface Throughput {
  readonly requests: number
  readonly records: number
  readonly bytes: number
}
const largeRegions: ReadonlySet<string> = new Set(['us-east-1', 'us-west-2', 'eu-west-1'])
const ofLargeRegion: Throughput = { requests: 2000, records: 500_000, bytes: 5 * mib }
const ofOtherRegion: Throughput = { requests: 1000, records: 100_000, bytes: mib }

/** Of each operation that manages delivery streams, for an account in a region. */
const callsPerSecond = 5
/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_StartDeliveryStreamEncryption.html: of starts and stops together. */
export const encryptionsPerDay = 25

/** AWS's limits on Firehose, for those who want them enforced. */
export class FirehoseQuotas {
  readonly #clock: Clock
  readonly #streams: Pick<Streams, 'mayCall' | 'mayChange'>
  readonly #direct = new Map<string, DirectPutQuota>()

  constructor(clock: Clock, streams: Pick<Streams, 'mayCall' | 'mayChange'>) {
    this.#clock = clock
    this.#streams = streams
  }

  /** Counts a call that manages delivery streams; false when there were too many in this second. */
  mayCall(scope: DeliveryScope, operation: string): boolean {
    return this.#streams.mayCall(scope, `firehose/${operation}`, callsPerSecond)
  }

  /** Counts a start or a stop of the encryption; false when there were too many in 24 hours. */
  mayChangeEncryption({ id }: DeliveryStream): Promise<boolean> {
    return this.#streams.mayChange(id, 'DeliveryStreamEncryption', encryptionsPerDay)
  }

  /** Counts a request that puts records; false when there were too many in this second. */
  mayPut(stream: DeliveryStream): boolean {
    return this.#of(stream).mayPut(this.#clock.now())
  }

  /** Counts a record; false when the delivery stream has had its records or bytes of this second. */
  mayTake(stream: DeliveryStream, sizeBytes: number): boolean {
    return this.#of(stream).mayTake(sizeBytes, this.#clock.now())
  }

  #of({ id, region }: DeliveryStream): DirectPutQuota {
    const now = this.#clock.now()
    const throughput = largeRegions.has(region) ? ofLargeRegion : ofOtherRegion
    return remember(this.#direct, id, () => new DirectPutQuota(throughput, now), now)
  }
}

class DirectPutQuota {
  readonly #requests: TokenBucket
  readonly #records: TokenBucket
  readonly #bytes: TokenBucket

  constructor({ requests, records, bytes }: Throughput, nowMs: number) {
    this.#requests = new TokenBucket(requests, nowMs)
    this.#records = new TokenBucket(records, nowMs)
    this.#bytes = new TokenBucket(bytes, nowMs)
  }

  mayPut(nowMs: number): boolean {
    if (!this.#requests.has(1, nowMs)) return false
    this.#requests.take(1, nowMs)
    return true
  }

  mayTake(sizeBytes: number, nowMs: number): boolean {
    if (!this.#records.has(1, nowMs) || !this.#bytes.has(sizeBytes, nowMs)) return false
    this.#records.take(1, nowMs)
    this.#bytes.take(sizeBytes, nowMs)
    return true
  }

  isUnused(nowMs: number): boolean {
    return [this.#requests, this.#records, this.#bytes].every((bucket) => bucket.isUnused(nowMs))
  }
}
