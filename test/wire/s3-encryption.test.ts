import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as sdk from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '../harness/index.ts'
import { rejects } from './s3-fixture.ts'

const Bucket = 'sealed'
const marker = 'find-me-if-you-can'
const part = Buffer.concat([randomBytes(5 * 1024 * 1024), Buffer.from(marker)])
const customer = (key: Buffer) => ({
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: key.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
})
const sourceOf = (key: Buffer) => {
  const own = customer(key)
  return {
    CopySourceSSECustomerAlgorithm: own.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: own.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: own.SSECustomerKeyMD5,
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryption.html */
describe('S3 encryption at rest', () => {
  let folder: string
  let lake: TestLake
  let s3: sdk.S3Client
  let keys: kms.KMSClient
  let keyArn: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-encryption-'))
    lake = await startLake({ ephemeral: false, dataDir: folder })
    s3 = lake.client(sdk.S3Client)
    keys = lake.client(kms.KMSClient)
    await s3.send(new sdk.CreateBucketCommand({ Bucket }))
    keyArn = await newKey()
  })

  after(async () => {
    await lake.stop()
    await rm(folder, { recursive: true })
  })

  const newKey = async () => (await keys.send(new kms.CreateKeyCommand({}))).KeyMetadata!.Arn!
  const put = (Key: string, Body: string | Buffer, more: object = {}, bucket = Bucket) =>
    s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body, ...more }))
  const get = async (Key: string, more: object = {}, bucket = Bucket) => {
    const found = await s3.send(new sdk.GetObjectCommand({ Bucket: bucket, Key, ...more }))
    return { ...found, bytes: Buffer.from(await found.Body!.transformToByteArray()) }
  }
  const head = (Key: string, more: object = {}) =>
    s3.send(new sdk.HeadObjectCommand({ Bucket, Key, ...more }))
  const onDisk = async (text: string) => {
    const names = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const entry of names.filter((found) => found.isFile())) {
      if ((await readFile(join(entry.parentPath, entry.name))).includes(text)) return true
    }
    return false
  }
  const upload = async (Key: string, more: object, own: object = {}) => {
    const begun = await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key, ...more }))
    const ref = { Bucket, Key, UploadId: begun.UploadId }
    const parts = []
    for (const PartNumber of [1, 2]) {
      const { ETag } = await s3.send(
        new sdk.UploadPartCommand({ ...ref, PartNumber, Body: part, ...own }),
      )
      parts.push({ PartNumber, ETag })
    }
    const done = await s3.send(
      new sdk.CompleteMultipartUploadCommand({ ...ref, MultipartUpload: { Parts: parts } }),
    )
    return { begun, done, ref }
  }

  it('leaves plain, and says so, what nobody wants encrypted', async () => {
    assert.equal((await put('plain', 'plain-and-visible')).ServerSideEncryption, undefined)
    assert.equal((await head('plain')).ServerSideEncryption, undefined)
    assert.equal(await onDisk('plain-and-visible'), true)
    await rejects(
      s3.send(new sdk.GetBucketEncryptionCommand({ Bucket })),
      'ServerSideEncryptionConfigurationNotFoundError',
      404,
    )
  })

  it('encrypts with keys of its own (SSE-S3), the ETag staying an MD5', async () => {
    const stored = await put('own', part, { ServerSideEncryption: 'AES256' })
    assert.equal(stored.ServerSideEncryption, 'AES256')
    assert.equal(stored.ETag, `"${createHash('md5').update(part).digest('hex')}"`)
    const whole = await get('own', { ChecksumMode: 'ENABLED' })
    assert.equal(whole.ServerSideEncryption, 'AES256')
    assert.ok(whole.bytes.equals(part))
    assert.equal((await head('own')).ContentLength, part.length)
    const { bytes } = await get('own', { Range: 'bytes=65530-131080' })
    assert.ok(bytes.equals(part.subarray(65530, 131081)))
    await put('empty', '', { ServerSideEncryption: 'AES256' })
    assert.equal((await get('empty')).bytes.length, 0)
    assert.equal(await onDisk(marker), false)
  })

  it('encrypts multipart uploads, and copies from and to every form', async () => {
    const { begun, done } = await upload('parts', { ServerSideEncryption: 'AES256' })
    assert.equal(begun.ServerSideEncryption, 'AES256')
    assert.equal(done.ServerSideEncryption, 'AES256')
    const { bytes } = await get('parts', { Range: `bytes=${part.length - 9}-${part.length + 8}` })
    assert.ok(bytes.equals(Buffer.concat([part.subarray(-9), part.subarray(0, 9)])))
    const key = randomBytes(32)
    const CopySource = `${Bucket}/parts`
    const copied = await s3.send(
      new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource, ...customer(key) }),
    )
    assert.equal(copied.SSECustomerAlgorithm, 'AES256')
    assert.ok((await get('copy', customer(key))).bytes.equals(Buffer.concat([part, part])))
    const back = await s3.send(
      new sdk.CopyObjectCommand({
        Bucket,
        Key: 'back',
        CopySource: `${Bucket}/copy`,
        ServerSideEncryption: 'aws:kms',
        ...sourceOf(key),
      }),
    )
    assert.match(back.SSEKMSKeyId!, /^arn:aws:kms:us-east-1:123456789012:key\//)
    assert.ok((await get('back')).bytes.equals(Buffer.concat([part, part])))
    assert.equal(await onDisk(marker), false)
  })

  it('encrypts with a KMS key, and reads nothing while that is disabled', async () => {
    const own = await newKey()
    const stored = await put('kms', 'under a key', {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: own,
      SSEKMSEncryptionContext: Buffer.from('{"team":"lake"}').toString('base64'),
    })
    assert.deepEqual([stored.ServerSideEncryption, stored.SSEKMSKeyId], ['aws:kms', own])
    assert.notEqual(stored.ETag, `"${createHash('md5').update('under a key').digest('hex')}"`)
    const found = await get('kms')
    assert.equal(found.bytes.toString(), 'under a key')
    assert.deepEqual([found.ETag, found.SSEKMSKeyId], [stored.ETag, own])
    await keys.send(new kms.DisableKeyCommand({ KeyId: own }))
    await rejects(get('kms'), 'KMS.DisabledException', 400)
    const again = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: own }
    await rejects(put('kms', 'again', again), 'KMS.DisabledException', 400)
    await keys.send(new kms.EnableKeyCommand({ KeyId: own }))
    assert.equal((await get('kms')).bytes.toString(), 'under a key')
    await keys.send(new kms.ScheduleKeyDeletionCommand({ KeyId: own, PendingWindowInDays: 7 }))
    await rejects(get('kms'), 'KMS.KMSInvalidStateException', 400)
    const nowhere = keyArn.replace(/[^/]*$/, '00000000-0000-0000-0000-000000000000')
    await rejects(
      put('kms', 'x', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: nowhere }),
      'KMS.NotFoundException',
      400,
    )
  })

  it('asks that the caller may use the KMS key', async () => {
    const users = lake.client(iam.IAMClient)
    const UserName = 'reader'
    await users.send(new iam.CreateUserCommand({ UserName }))
    const allow = (PolicyName: string, Action: string, Resource: string) =>
      users.send(
        new iam.PutUserPolicyCommand({
          UserName,
          PolicyName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action, Resource }],
          }),
        }),
      )
    await allow('objects', 's3:*', '*')
    const { AccessKey } = await users.send(new iam.CreateAccessKeyCommand({ UserName }))
    const theirs = lake.client(sdk.S3Client, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
    const encrypted = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: keyArn }
    await put('guarded', 'secret', encrypted)
    const read = () => theirs.send(new sdk.GetObjectCommand({ Bucket, Key: 'guarded' }))
    const write = () =>
      theirs.send(new sdk.PutObjectCommand({ Bucket, Key: 'theirs', Body: 'x', ...encrypted }))
    await rejects(read(), 'AccessDenied', 403)
    await rejects(write(), 'AccessDenied', 403)
    await allow('decrypt', 'kms:Decrypt', keyArn)
    assert.equal(await (await read()).Body!.transformToString(), 'secret')
    await rejects(write(), 'AccessDenied', 403)
    await allow('generate', 'kms:GenerateDataKey', keyArn)
    await write()
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    const keyPolicy = (...more: object[]) => {
      const principal = (AWS: string) => ({ AWS: `arn:aws:iam::${lake.accountId}:${AWS}` })
      const own = { Effect: 'Allow', Principal: principal('root'), Action: 'kms:*', Resource: '*' }
      const Statement = [
        own,
        ...more.map((one) => ({ Principal: principal(`user/${UserName}`), Resource: '*', ...one })),
      ]
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      return keys.send(new kms.PutKeyPolicyCommand({ KeyId: keyArn, Policy }))
    }
    await keyPolicy({ Effect: 'Deny', Action: 'kms:Decrypt' })
    await rejects(read(), 'AccessDenied', 403)
    await write()
    const elsewhere = { StringNotEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }
    await keyPolicy({ Effect: 'Deny', Action: 'kms:Decrypt', Condition: elsewhere })
    await read()
    await users.send(new iam.DeleteUserPolicyCommand({ UserName, PolicyName: 'decrypt' }))
    await rejects(read(), 'AccessDenied', 403)
    await keyPolicy({ Effect: 'Allow', Action: 'kms:Decrypt' })
    await read()
  })

  it('encrypts with keys of clients (SSE-C), and needs them to read', async () => {
    const key = randomBytes(32)
    const stored = await put('theirs', 'only with a key', customer(key))
    assert.equal(stored.SSECustomerKeyMD5, customer(key).SSECustomerKeyMD5)
    assert.equal(stored.ServerSideEncryption, undefined)
    assert.equal((await get('theirs', customer(key))).bytes.toString(), 'only with a key')
    assert.equal((await head('theirs', customer(key))).SSECustomerAlgorithm, 'AES256')
    await rejects(get('theirs'), 'InvalidRequest', 400)
    await rejects(head('theirs'), '400', 400)
    await rejects(get('theirs', customer(randomBytes(32))), 'AccessDenied', 403)
    await rejects(head('theirs', customer(randomBytes(32))), '403', 403)
    await rejects(get('plain', customer(key)), 'InvalidRequest', 400)
    const CopySource = `${Bucket}/theirs`
    const copy = { Bucket, Key: 'from-theirs', CopySource }
    await rejects(s3.send(new sdk.CopyObjectCommand(copy)), 'InvalidRequest', 400)
    await s3.send(new sdk.CopyObjectCommand({ ...copy, ...sourceOf(key) }))
    assert.equal((await get('from-theirs')).bytes.toString(), 'only with a key')
    const wrong = { ...customer(key), SSECustomerKeyMD5: customer(part).SSECustomerKeyMD5 }
    await rejectsRaw(wrong)
    await rejects(
      put('both', 'x', { ...customer(key), ServerSideEncryption: 'AES256' }),
      'InvalidArgument',
      400,
    )
    for (const file of ['lake.db', 'lake.db-wal']) {
      const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0))
      assert.equal(bytes.includes(key) || bytes.includes(key.toString('base64')), false, file)
    }
  })

  /** The SDK computes the MD5 by itself: a wrong one is put on the wire behind its back. */
  const rejectsRaw = async (own: ReturnType<typeof customer>) => {
    const client = lake.client(sdk.S3Client)
    client.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers['x-amz-server-side-encryption-customer-key-md5'] = own.SSECustomerKeyMD5
        return next(args)
      },
      { step: 'build' },
    )
    await rejects(
      client.send(new sdk.PutObjectCommand({ Bucket, Key: 'md5', Body: 'x', ...own })),
      'InvalidArgument',
      400,
    )
  }

  it('holds parts to the key of the client that began the upload', async () => {
    const key = randomBytes(32)
    const { done, ref } = await upload('their-parts', customer(key), customer(key))
    assert.ok(done.ETag!.endsWith('-2"'))
    assert.ok((await get('their-parts', customer(key))).bytes.equals(Buffer.concat([part, part])))
    const begun = await s3.send(new sdk.CreateMultipartUploadCommand({ ...ref, ...customer(key) }))
    const one = { ...ref, UploadId: begun.UploadId, PartNumber: 1, Body: 'x' }
    await rejects(s3.send(new sdk.UploadPartCommand(one)), 'InvalidRequest', 400)
    const other = { ...one, ...customer(randomBytes(32)) }
    await rejects(s3.send(new sdk.UploadPartCommand(other)), 'InvalidRequest', 400)
  })

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html */
  it('seals an object under another key, without touching its bytes', async () => {
    const update = (Key: string, KMSKeyArn: string) =>
      s3.send(
        new sdk.UpdateObjectEncryptionCommand({
          Bucket,
          Key,
          ObjectEncryption: { SSEKMS: { KMSKeyArn, BucketKeyEnabled: true } },
        }),
      )
    const own = await newKey()
    const { ETag } = await put('resealed', part, { ServerSideEncryption: 'AES256' })
    await upload('resealed-parts', { ServerSideEncryption: 'AES256' })
    for (const Key of ['resealed', 'resealed-parts']) await update(Key, own)
    const found = await get('resealed')
    assert.deepEqual(
      [found.ETag, found.ServerSideEncryption, found.SSEKMSKeyId, found.BucketKeyEnabled],
      [ETag, 'aws:kms', own, true],
    )
    assert.ok(found.bytes.equals(part))
    const ends = await get('resealed-parts', { Range: `bytes=${part.length - 9}-${part.length}` })
    assert.ok(ends.bytes.equals(Buffer.concat([part.subarray(-9), part.subarray(0, 1)])))
    await keys.send(new kms.DisableKeyCommand({ KeyId: own }))
    await rejects(get('resealed'), 'KMS.DisabledException', 400)
    await rejects(update('resealed', keyArn), 'KMS.DisabledException', 400)
    await keys.send(new kms.EnableKeyCommand({ KeyId: own }))
    await update('resealed', keyArn)
    assert.equal((await head('resealed')).SSEKMSKeyId, keyArn)
    await put('resealed-not', 'plain')
    await rejects(update('resealed-not', keyArn), 'InvalidRequest', 400)
    await put('resealed-no', 'x', customer(randomBytes(32)))
    await rejects(update('resealed-no', keyArn), 'InvalidRequest', 400)
    await rejects(update('resealed', 'alias/no-arn'), 'InvalidArgument', 400)
  })

  it('encrypts by default as the bucket says', async () => {
    const bucket = 'sealed-by-default'
    await s3.send(new sdk.CreateBucketCommand({ Bucket: bucket }))
    const byDefault = (rule: sdk.ServerSideEncryptionRule) =>
      s3.send(
        new sdk.PutBucketEncryptionCommand({
          Bucket: bucket,
          ServerSideEncryptionConfiguration: { Rules: [rule] },
        }),
      )
    await byDefault({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } })
    assert.equal((await put('a', 'a', {}, bucket)).ServerSideEncryption, 'AES256')
    await byDefault({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
      BucketKeyEnabled: true,
    })
    const stored = await put('b', 'b', {}, bucket)
    assert.deepEqual([stored.SSEKMSKeyId, stored.BucketKeyEnabled], [keyArn, true])
    assert.equal((await get('a', {}, bucket)).bytes.toString(), 'a')
    assert.equal((await get('b', {}, bucket)).bytes.toString(), 'b')
    await rejects(put('c', 'c', { ServerSideEncryption: 'aws:kms:dsse' }), 'NotImplemented', 501)
    await rejects(put('c', 'c', { ServerSideEncryption: 'rot13' }), 'InvalidArgument', 400)
  })

  it('encrypts everything when the lake is told to', async () => {
    await using other = await startLake({ encryptObjects: true })
    const client = other.client(sdk.S3Client)
    await client.send(new sdk.CreateBucketCommand({ Bucket }))
    const { ServerSideEncryptionConfiguration: said } = await client.send(
      new sdk.GetBucketEncryptionCommand({ Bucket }),
    )
    assert.equal(said!.Rules![0]!.ApplyServerSideEncryptionByDefault!.SSEAlgorithm, 'AES256')
    const stored = await client.send(new sdk.PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }))
    assert.equal(stored.ServerSideEncryption, 'AES256')
    const found = await client.send(new sdk.GetObjectCommand({ Bucket, Key: 'x' }))
    assert.equal(await found.Body!.transformToString(), 'x')
  })
})
