import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectTaggingCommand,
  CopyObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '../harness/index.ts'

const Bucket = 'races'
const lanes = ['a', 'b/c', 'd e', 'f%2Fg', 'ü']
const rounds = 6
const stepsPerRound = 5

/** Everything that an answer says, save what each has of its own. */
type Answer = Readonly<Record<string, unknown>>

/**
 * Answers are given again while nothing has changed. Here all that may change an answer does, while others read all the time, and
 * after each change that was acknowledged the answers are those of a request that is never answered from memory.
 */
describe('reads while objects and settings change', () => {
  let lake: TestLake
  let client: S3Client
  /** The same caller, with a header that keeps its requests from being answered from memory. */
  let asking: S3Client
  let isOver = false
  let seed = 11
  const dice = (sides: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * sides)
  }

  before(async () => {
    lake = await startLake()
    client = lake.client(S3Client)
    asking = lake.client(S3Client)
    asking.middlewareStack.add(
      (next) => (args) => {
        ;(args.request as { headers: Record<string, string> }).headers['x-asks-anew'] = '1'
        return next(args)
      },
      { step: 'build' },
    )
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  })
  after(() => lake.stop())

  const get = async (by: S3Client, Key: string): Promise<Answer> => {
    try {
      const { Body, $metadata, ...head } = await by.send(new GetObjectCommand({ Bucket, Key }))
      return { ...head, status: $metadata.httpStatusCode, body: await Body!.transformToString() }
    } catch (error) {
      return { error: (error as Error).name }
    }
  }
  const head = async (by: S3Client, Key: string): Promise<Answer> => {
    try {
      const { $metadata, ...found } = await by.send(new HeadObjectCommand({ Bucket, Key }))
      return { ...found, status: $metadata.httpStatusCode }
    } catch (error) {
      return { error: (error as Error).name }
    }
  }
  const compare = async (Key: string, what: string): Promise<Answer> => {
    const [got, hadHead] = [await get(client, Key), await head(client, Key)]
    assert.deepEqual(got, await get(asking, Key), `${what}: GET ${Key}`)
    assert.deepEqual(hadHead, await head(asking, Key), `${what}: HEAD ${Key}`)
    return got
  }

  /** A change of one object. */
  const change = async (Key: string): Promise<string> => {
    const Body = `${Key} ${dice(1_000_000)}`
    const of = { Bucket, Key }
    const roll = dice(9)
    const ignoring = (call: Promise<unknown>) => call.catch(() => undefined)
    if (roll < 3) {
      await client.send(new PutObjectCommand({ ...of, Body, Metadata: { roll: String(dice(9)) } }))
      assert.equal((await get(client, Key))['body'], Body)
      return 'a put'
    }
    if (roll === 3) {
      await client.send(new DeleteObjectCommand(of))
      assert.equal((await get(client, Key))['error'], 'NoSuchKey')
      return 'a deletion'
    }
    if (roll === 4) {
      const Tagging = { TagSet: [{ Key: 'k', Value: String(dice(9)) }] }
      await ignoring(client.send(new PutObjectTaggingCommand({ ...of, Tagging })))
      return 'tags'
    }
    if (roll === 5) {
      await ignoring(client.send(new DeleteObjectTaggingCommand(of)))
      return 'no tags'
    }
    if (roll === 6) {
      const LegalHold = { Status: dice(2) ? ('ON' as const) : ('OFF' as const) }
      await ignoring(client.send(new PutObjectLegalHoldCommand({ ...of, LegalHold })))
      return 'a lock'
    }
    if (roll === 7) {
      await ignoring(client.send(new PutObjectAclCommand({ ...of, ACL: 'private' })))
      const CopySource = `${Bucket}/${encodeURIComponent(Key)}`
      const own = { Metadata: { copied: Body }, MetadataDirective: 'REPLACE' as const }
      await ignoring(client.send(new CopyObjectCommand({ ...of, CopySource, ...own })))
      return 'a copy'
    }
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }))
    await client.send(new PutObjectCommand({ ...of, Body, ContentType: 'text/plain' }))
    return 'a deletion and a put'
  }

  /** A change of what all objects of the bucket show. */
  const settings = [
    () => {
      const Status = 'Enabled' as const
      const rule = { ID: `r${dice(99)}`, Status, Filter: { Prefix: '' }, Expiration: { Days: 3 } }
      return client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: [rule] },
        }),
      )
    },
    () => client.send(new DeleteBucketLifecycleCommand({ Bucket })),
    () =>
      client.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      ),
    () =>
      client.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:GetObject',
                Resource: `arn:aws:s3:::${Bucket}/${lanes[dice(2)]}`,
              },
            ],
          }),
        }),
      ),
    () => client.send(new DeleteBucketPolicyCommand({ Bucket })),
    () =>
      client.send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: 'Enabled' },
        }),
      ),
  ]

  const reader = async () => {
    while (!isOver) {
      for (const Key of lanes) await Promise.all([get(client, Key), head(client, Key)])
    }
  }

  it('never show what was before an acknowledged change', async () => {
    const readers = [reader()]
    try {
      for (let round = 0; round < rounds; round += 1) {
        await client.send(new DeleteBucketPolicyCommand({ Bucket }))
        await Promise.all(
          lanes.map(async (Key) => {
            for (let step = 0; step < stepsPerRound; step += 1) {
              await compare(Key, await change(Key))
            }
          }),
        )
        await settings[round % settings.length]!()
        for (const Key of lanes) await compare(Key, `setting ${round % settings.length}`)
      }
    } finally {
      isOver = true
      await Promise.all(readers)
    }
  })
})
