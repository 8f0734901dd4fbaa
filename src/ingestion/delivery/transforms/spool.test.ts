import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DeliveryRecord } from '../delivery-record.ts'
import { Spool } from './spool.ts'

const recordOf = (index: number): DeliveryRecord => ({
  partitionKey: `key-${index}`,
  shardId: 's',
  sequence: BigInt(index),
  arrivalMs: index,
  data: Buffer.from(`secret ${index} `.padEnd(index % 7 === 0 ? 700_000 : 300, 'x')),
  ...(index % 3 === 0 ? { raw: Buffer.from(`raw ${index}`) } : {}),
  ...(index % 2 === 0 ? { keys: { query: { day: `${index}` } } } : {}),
})

async function withSpool(work: (spool: Spool, path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-spool-'))
  try {
    const path = join(folder, 'records.spool')
    await work(new Spool(path), path)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function read(spool: Spool): Promise<readonly DeliveryRecord[]> {
  const found: DeliveryRecord[] = []
  for await (const page of spool.pages(new AbortController().signal)) found.push(...page)
  return found
}

const shown = ({ data, raw, ...rest }: DeliveryRecord) => ({
  ...rest,
  data: Buffer.from(data).toString(),
  raw: raw && Buffer.from(raw).toString(),
})

test('records come back as they were added, as often as they are read, and stand nowhere in the file', async () => {
  await withSpool(async (spool, path) => {
    const records = Array.from({ length: 40 }, (_, index) => recordOf(index))
    for (let at = 0; at < records.length; at += 6) await spool.add(records.slice(at, at + 6))
    await spool.end()
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual((await read(spool)).map(shown), records.map(shown))
    }
    const bytes = await readFile(path)
    assert.ok(bytes.byteLength > spool.sizeBytes)
    for (const text of ['secret', 'raw ', 'key-']) assert.ok(!bytes.includes(text), text)
  })
})

test('nothing comes of a spool without records, and an error of one that was changed', async () => {
  await withSpool(async (spool) => {
    await spool.end()
    assert.deepEqual(await read(spool), [])
  })
  await withSpool(async (spool, path) => {
    await spool.add([recordOf(1)])
    await spool.end()
    const bytes = await readFile(path)
    bytes[bytes.byteLength - 1]! ^= 1
    await writeFile(path, bytes)
    await assert.rejects(read(spool))
  })
})
