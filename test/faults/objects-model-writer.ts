import { setImmediate as yieldToLanes } from 'node:timers/promises'
import type { ObjectStore } from '#storage/objects'
import { openStore, readModel } from './objects-model-lake.ts'
import {
  accountId,
  apply,
  bodyOf,
  bucketOf,
  diceOf,
  keys,
  lanes,
  type Model,
  type Operation,
} from './objects-model.ts'

/*
 * Does random operations until it is killed, in every lane one after the other, and says of each that it begins and what it
 * came to. Meanwhile small bodies are taken from the database to the packs, and what is gone is removed. Arguments: folder, seed.
 */
const [folder = '', seed = '0'] = process.argv.slice(2)
const { store } = await openStore(folder)
await Promise.all([sweepOn(), ...Array.from({ length: lanes }, (_, lane) => runLane(lane))])

async function sweepOn(): Promise<void> {
  for (;;) {
    await store.sweep()
    await yieldToLanes()
  }
}

async function runLane(lane: number): Promise<void> {
  const dice = diceOf(Number(seed) * lanes + lane)
  let model = await readModel(store, lane)
  for (let number = Number(seed) * 100_000; ; number++) {
    const operation = choose(model, dice, number)
    if (!operation) continue
    say({ lane, begin: operation })
    const versionIds = await perform(store, bucketOf(lane), operation)
    say({ lane, done: versionIds })
    model = apply(model, operation, versionIds)
  }
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function choose(
  model: Model,
  dice: (max: number) => number,
  number: number,
): Operation | undefined {
  const key = keys[dice(keys.length)]!
  const versions = model.versions.get(key) ?? []
  const current = versions[0]?.number
  const roll = dice(100)
  if (roll < 34) return { kind: 'put', key, number }
  if (roll < 46) return { kind: 'parts', key, number }
  if (roll < 58) {
    if (current === undefined) return undefined
    return { kind: 'copy', from: key, key: keys[dice(keys.length)]!, number: current }
  }
  if (roll < 66) return { kind: 'remove', keys: [key] }
  if (roll < 74) return { kind: 'remove', keys: keys.filter(() => dice(2) === 0) }
  if (roll < 86) {
    const version = versions[dice(3)]
    return version && { kind: 'removeVersion', key, versionId: version.versionId }
  }
  if (roll < 96) return current === undefined ? undefined : { kind: 'tag', key, tag: `${number}` }
  return { kind: 'versioning', state: model.versioning === 'Enabled' ? 'Suspended' : 'Enabled' }
}

/** The ids of the versions that it made, by key. */
async function perform(
  objects: ObjectStore,
  bucket: string,
  operation: Operation,
): Promise<Record<string, string>> {
  const place = { accountId, bucket }
  switch (operation.kind) {
    case 'put': {
      const { key, number } = operation
      const row = await objects.putObject(
        { ...place, key, attributes: attributesOf(number) },
        bodyOf(number),
      )
      return { [key]: row.version_id }
    }
    case 'parts':
      return { [operation.key]: await inParts(objects, bucket, operation) }
    case 'copy': {
      const { from, key, number } = operation
      const { copy } = await objects.copyObject({
        source: { ...place, key: from },
        ...place,
        key,
        attributes: () => attributesOf(number),
      })
      return { [key]: copy.version_id }
    }
    case 'remove': {
      const inputs = operation.keys.map((key) => ({ ...place, key }))
      const made: Record<string, string> = {}
      for (const [at, result] of (await objects.removeMany(inputs)).entries()) {
        if (result.status === 'rejected') throw result.reason
        const { versionId } = result.value
        if (versionId !== undefined) made[operation.keys[at]!] = versionId
      }
      return made
    }
    case 'removeVersion':
      await objects.remove({ ...place, key: operation.key, versionId: operation.versionId })
      return {}
    case 'tag': {
      const tags = JSON.stringify({ tag: operation.tag })
      await objects.update({ ...place, key: operation.key }, () => ({ tags }))
      return {}
    }
    case 'versioning':
      await objects.buckets.setVersioning(accountId, bucket, operation.state)
      return {}
  }
}

async function inParts(
  objects: ObjectStore,
  bucket: string,
  { key, number }: { readonly key: string; readonly number: number },
): Promise<string> {
  const { upload_id: uploadId } = await objects.uploads.create({
    accountId,
    bucket,
    key,
    initiator: 'writer',
    attributes: attributesOf(number),
    checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
    checksumAsked: false,
  })
  const ref = { accountId, bucket, key, uploadId }
  const body = bodyOf(number)
  const cut = 5 * 1024 * 1024
  const parts = []
  for (const [at, part] of [body.subarray(0, cut), body.subarray(cut)].entries()) {
    if (at > 0 && part.length === 0) continue
    const { etag } = await objects.uploads.putPart(ref, { partNumber: at + 1 }, part)
    parts.push({ partNumber: at + 1, etag })
  }
  // One that does not count: completing throws it away.
  await objects.uploads.putPart(ref, { partNumber: 9 }, Buffer.from('unused'))
  const row = await objects.uploads.complete(ref, { parts })
  return row.version_id
}

function attributesOf(number: number) {
  return { userMetadata: { number: `${number}` } }
}
