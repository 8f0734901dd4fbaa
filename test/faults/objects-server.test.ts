import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { spawnServer, testCredentials, type ServerProcess } from '#test/harness'

const Bucket = 'killed'
const kills = 3
const lanes = 6
const secondsMax = 2

/** What a key was last acknowledged to hold, and what a request that nobody answered would make of it. */
interface Known {
  held: string | undefined
  maybe: { readonly text: string | undefined } | undefined
}

const textOf = (key: string, number: number) =>
  `${key} ${number};`.repeat(number % 4 === 0 ? 60_000 : number % 90)

/** Puts, copies, uploads and batch deletions, one after the other, until the server is no more. */
async function work(s3: S3Client, lane: number, start: number, keys: Map<string, Known>) {
  const known = (key: string): Known => {
    const found = keys.get(key) ?? { held: undefined, maybe: undefined }
    keys.set(key, found)
    return found
  }
  const change = async (names: readonly string[], text: string | undefined, run: () => unknown) => {
    for (const name of names) known(name).maybe = { text }
    await run()
    for (const name of names) {
      known(name).held = text
      known(name).maybe = undefined
    }
  }
  for (let number = start; ; number++) {
    const own = [`${lane}/put`, `${lane}/copy`, `${lane}/parts`] as const
    const [put, copy, parts] = own
    const text = textOf(put, number)
    await change([put], text, () => s3.send(new PutObjectCommand({ Bucket, Key: put, Body: text })))
    await change([copy], text, () =>
      s3.send(new CopyObjectCommand({ Bucket, Key: copy, CopySource: `${Bucket}/${put}` })),
    )
    await change([parts], text, async () => {
      const ref = { Bucket, Key: parts }
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(ref))
      const part = { ...ref, UploadId, PartNumber: 1 }
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: text }))
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
      await s3.send(new CompleteMultipartUploadCommand({ ...ref, UploadId, MultipartUpload }))
    })
    if (number % 3 !== 0) continue
    await change(own, undefined, () =>
      s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: own.map((Key) => ({ Key })) } }),
      ),
    )
  }
}

function clientOf(server: ServerProcess): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    maxAttempts: 1,
    forcePathStyle: true,
  })
}

test('kill -9 of a server at work: what it acknowledged is there and whole, and what it lists can be read', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-server-kill-'))
  const keys = new Map<string, Known>()
  let server = await spawnServer({ dataDir })
  let s3 = clientOf(server)
  try {
    await s3.send(new CreateBucketCommand({ Bucket }))
    for (let kill = 0; kill < kills; kill++) {
      const client = s3
      const workers = Array.from({ length: lanes }, (_, lane) =>
        work(client, lane, 1 + kill * 1000, keys).catch(() => undefined),
      )
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * secondsMax * 1000))
      await server.kill()
      await Promise.all(workers)
      s3.destroy()
      server = await spawnServer({ dataDir })
      s3 = clientOf(server)
      await compare(s3, keys)
    }
    assert.ok(keys.size > 0)
  } finally {
    s3.destroy()
    await server.kill()
    await rm(dataDir, { recursive: true })
  }
})

async function compare(s3: S3Client, keys: Map<string, Known>): Promise<void> {
  const listed = await s3.send(new ListObjectsV2Command({ Bucket }))
  const there = new Map<string, string>()
  for (const { Key, Size } of listed.Contents ?? []) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    const text = await Body!.transformToString()
    assert.equal(text.length, Size, `${Key} is as long as its listing says`)
    there.set(Key!, text)
  }
  for (const [key, known] of keys) {
    const found = there.get(key)
    const fits = found === known.held || (known.maybe !== undefined && found === known.maybe.text)
    assert.ok(fits, `${key} holds ${found?.slice(0, 20)}…, not ${known.held?.slice(0, 20)}…`)
    known.held = found
    known.maybe = undefined
  }
}
