import assert from 'node:assert/strict'
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { Bucket, type clients, type StreamName } from './delivery-lake.ts'

/** What the tests send: `key` is the partition key of a stream's record. */
export interface Sent {
  readonly id: number
  readonly key?: string
}

export interface DeliveredObject {
  readonly key: string
  readonly bytes: Uint8Array
}

/** All objects under a prefix; `startAfter` leaves out those that sort before it. */
export async function objectsIn(
  s3: S3Client,
  bucket: string,
  Prefix: string,
  options: { readonly startAfter?: string; readonly known?: ReadonlySet<string> } = {},
): Promise<readonly DeliveredObject[]> {
  const found: DeliveredObject[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix,
        ContinuationToken,
        StartAfter: options.startAfter,
      }),
    )
    for (const { Key } of page.Contents ?? []) {
      if (options.known?.has(Key!)) continue
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
      found.push({ key: Key!, bytes: await Body!.transformToByteArray() })
    }
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  return found
}

export function recordsOf({ bytes }: DeliveredObject): readonly Sent[] {
  return Buffer.from(bytes)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sent)
}

/** The time that Firehose writes into an object's name, to the second. */
function timeOf({ key }: DeliveredObject): string {
  return /-1-(\d{4}(?:-\d\d){5})-/.exec(key)![1]!
}

/**
 * What order is kept for: all records of a delivery stream that is put to directly, those of a folder where it is divided, those of a partition key
 * where it reads a stream.
 */
function strandOf(name: StreamName, object: DeliveredObject, record: Sent): string {
  if (name === 'kinesis') return record.key!
  return name === 'divided' || name === 'lambda-keys' ? object.key.split('/')[1]! : ''
}

/** Of each strand, its numbers object by object. */
export function strandsOf(name: StreamName, objects: readonly DeliveredObject[]) {
  const strands = new Map<string, Map<DeliveredObject, number[]>>()
  for (const object of objects) {
    for (const record of recordsOf(object)) {
      const strand = strandOf(name, object, record)
      const runs = strands.get(strand) ?? new Map<DeliveredObject, number[]>()
      strands.set(strand, runs)
      const ids = runs.get(object) ?? []
      runs.set(object, ids)
      ids.push(record.id)
    }
  }
  return strands
}

/** Numbers were sent rising: so they must lie in each object, and from object to object as their names tell the time. */
export function assertOrder(name: StreamName, objects: readonly DeliveredObject[]): void {
  for (const [strand, runs] of strandsOf(name, objects)) {
    const inTurn = [...runs].toSorted(([, [a]], [, [b]]) => a! - b!)
    let last = -1
    let time = ''
    for (const [object, ids] of inTurn) {
      for (const id of ids) {
        assert.ok(id > last, `${name}, strand '${strand}': ${id} after ${last} in ${object.key}`)
        last = id
      }
      assert.ok(timeOf(object) >= time, `${name}: ${object.key} is older than what is before it`)
      time = timeOf(object)
    }
  }
}

/** How far back a look goes: no delivery is held up for longer between two of them. */
const lookBackMs = 120_000

/**
 * Looks at the objects of a stream while deliveries go on. Whatever is new at a look comes, key by key, after all that was there before: nobody ever
 * saw a later record of a key without the earlier ones.
 */
export class Watcher {
  readonly #known = new Set<string>()
  readonly #newest = new Map<string, number>()
  looks = 0

  get seen(): number {
    return this.#known.size
  }

  async look({ s3 }: ReturnType<typeof clients>): Promise<void> {
    // One page is read in one moment; these are less than a page.
    const from = new Date(Date.now() - lookBackMs).toISOString().slice(0, 19)
    const startAfter = `kinesis/${from.replaceAll(/[-T:]/g, '')}`
    const fresh = await objectsIn(s3, Bucket, 'kinesis/', { startAfter, known: this.#known })
    assertOrder('kinesis', fresh)
    for (const [key, runs] of strandsOf('kinesis', fresh)) {
      const newest = this.#newest.get(key) ?? -1
      const ids = [...runs.values()].flat().toSorted((a, b) => a - b)
      assert.ok(ids[0]! > newest, `${key}: ${ids[0]} was not there when ${newest} was`)
      this.#newest.set(key, ids.at(-1)!)
    }
    for (const { key } of fresh) this.#known.add(key)
    this.looks += 1
  }
}
