import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { ManualClock } from '#kit'
import { startLake, type TestLake } from '../harness/index.ts'

describe('KMS', () => {
  let lake: TestLake
  let kms: KMSClient
  const clock = new ManualClock(Date.now())
  before(async () => {
    lake = await startLake({}, { clock })
    kms = lake.client(KMSClient)
  })
  after(() => lake.stop())

  const create = async (input: object = {}) =>
    (await kms.send(new CreateKeyCommand(input))).KeyMetadata!
  const plain = Buffer.from('the data')

  it('makes, describes, lists and tags keys', async () => {
    const key = await create({ Description: 'lake', Tags: [{ TagKey: 'a', TagValue: '1' }] })
    assert.equal(key.Arn, `arn:aws:kms:us-east-1:${lake.accountId}:key/${key.KeyId}`)
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key.Arn }))
    assert.deepEqual(KeyMetadata, key)
    assert.equal(key.KeyState, 'Enabled')
    assert.equal(key.KeyManager, 'CUSTOMER')
    const { Keys } = await kms.send(new ListKeysCommand({}))
    assert.ok(Keys!.some(({ KeyId }) => KeyId === key.KeyId))
    await kms.send(
      new TagResourceCommand({ KeyId: key.KeyId, Tags: [{ TagKey: 'b', TagValue: '2' }] }),
    )
    await kms.send(new UntagResourceCommand({ KeyId: key.KeyId, TagKeys: ['a'] }))
    const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId: key.KeyId }))
    assert.deepEqual(Tags, [{ TagKey: 'b', TagValue: '2' }])
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: key.KeyId }))
    assert.match(Policy!, /Enable IAM User Permissions/)
  })

  it('encrypts and decrypts, with the same context only', async () => {
    const key = await create()
    const context = { table: 'events', day: '1' }
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: key.KeyId, Plaintext: plain, EncryptionContext: context }),
    )
    assert.ok(!Buffer.from(CiphertextBlob!).includes(plain))
    const decrypt = (input: object) => kms.send(new DecryptCommand({ CiphertextBlob, ...input }))
    const opened = await decrypt({ EncryptionContext: { day: '1', table: 'events' } })
    assert.deepEqual(Buffer.from(opened.Plaintext!), plain)
    assert.equal(opened.KeyId, key.Arn)
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
    await assert.rejects(decrypt({}), { name: 'InvalidCiphertextException' })
    const altered = Buffer.from(CiphertextBlob!)
    altered[altered.length - 1]! ^= 1
    await assert.rejects(decrypt({ CiphertextBlob: altered, EncryptionContext: context }), {
      name: 'InvalidCiphertextException',
    })
    const other = await create()
    await assert.rejects(decrypt({ KeyId: other.KeyId, EncryptionContext: context }), {
      name: 'IncorrectKeyException',
    })
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: context,
        DestinationKeyId: other.KeyId,
      }),
    )
    const reopened = await kms.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob }))
    assert.deepEqual(Buffer.from(reopened.Plaintext!), plain)
  })

  it('keeps old cipher text readable after rotation', async () => {
    const { KeyId } = await create()
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
    const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
    assert.equal(status.KeyRotationEnabled, true)
    assert.equal(status.RotationPeriodInDays, 90)
    const before = await kms.send(new EncryptCommand({ KeyId, Plaintext: plain }))
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
    const { CiphertextBlob, Plaintext } = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
    )
    assert.equal(Plaintext!.length, 32)
    const dataKey = await kms.send(new DecryptCommand({ CiphertextBlob }))
    assert.deepEqual(dataKey.Plaintext, Plaintext)
    const old = await kms.send(new DecryptCommand({ CiphertextBlob: before.CiphertextBlob }))
    assert.deepEqual(Buffer.from(old.Plaintext!), plain)
  })

  it('refuses a disabled key and one that waits for its deletion, and destroys it then', async () => {
    const { KeyId, Arn } = await create()
    const encrypt = () => kms.send(new EncryptCommand({ KeyId, Plaintext: plain }))
    await kms.send(new DisableKeyCommand({ KeyId }))
    await assert.rejects(encrypt(), { name: 'DisabledException', message: `${Arn} is disabled.` })
    await kms.send(new EnableKeyCommand({ KeyId }))
    await encrypt()
    await assert.rejects(
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 3 })),
      { name: 'ValidationException' },
    )
    const schedule = () =>
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    assert.equal((await schedule()).KeyState, 'PendingDeletion')
    await assert.rejects(encrypt(), {
      name: 'KMSInvalidStateException',
      message: `${Arn} is pending deletion.`,
    })
    await kms.send(new CancelKeyDeletionCommand({ KeyId }))
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
    assert.equal(KeyMetadata!.KeyState, 'Disabled')
    await schedule()
    clock.advance(7 * 86_400_000 + 1000)
    const later = lake.client(KMSClient, { systemClockOffset: 7 * 86_400_000 + 1000 })
    await assert.rejects(later.send(new DescribeKeyCommand({ KeyId })), {
      name: 'NotFoundException',
      message: `Key '${Arn}' does not exist`,
    })
    clock.advance(-7 * 86_400_000 - 1000)
  })

  it('follows aliases, its own and those of AWS', async () => {
    const one = await create()
    const two = await create()
    const alias = { AliasName: 'alias/lake' }
    await kms.send(new CreateAliasCommand({ ...alias, TargetKeyId: one.KeyId }))
    await assert.rejects(kms.send(new CreateAliasCommand({ ...alias, TargetKeyId: two.KeyId })), {
      name: 'AlreadyExistsException',
    })
    await kms.send(new UpdateAliasCommand({ ...alias, TargetKeyId: two.KeyId }))
    const named = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/lake' }))
    assert.equal(named.KeyMetadata!.KeyId, two.KeyId)
    await kms.send(new DeleteAliasCommand(alias))
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: 'alias/lake' })), {
      name: 'NotFoundException',
      message: `Alias arn:aws:kms:us-east-1:${lake.accountId}:alias/lake is not found.`,
    })
    await assert.rejects(
      kms.send(new CreateAliasCommand({ AliasName: 'lake', TargetKeyId: one.KeyId })),
      { name: 'ValidationException' },
    )
    const find = async () =>
      (await kms.send(new ListAliasesCommand({}))).Aliases!.find(
        ({ AliasName }) => AliasName === 'alias/aws/s3',
      )
    assert.equal((await find())!.TargetKeyId, undefined)
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }))
    assert.equal(KeyMetadata!.KeyManager, 'AWS')
    assert.equal((await find())!.TargetKeyId, KeyMetadata!.KeyId)
    await assert.rejects(kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId })), {
      name: 'AccessDeniedException',
    })
  })

  it('asks the policies of the user and of the key', async () => {
    const iam = lake.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'reader' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
    const own = lake.client(KMSClient, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
    const key = await create()
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: key.KeyId, Plaintext: plain }),
    )
    const decrypt = () => own.send(new DecryptCommand({ CiphertextBlob }))
    await assert.rejects(decrypt(), {
      name: 'AccessDeniedException',
      message: new RegExp(`on resource: ${key.Arn} because no identity-based policy allows`),
    })
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'reader',
        PolicyName: 'own',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: key.Arn },
        }),
      }),
    )
    await decrypt()
    await kms.send(
      new PutKeyPolicyCommand({
        KeyId: key.KeyId,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${lake.accountId}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
            {
              Effect: 'Deny',
              Principal: { AWS: `arn:aws:iam::${lake.accountId}:user/reader` },
              Action: 'kms:Decrypt',
              Resource: '*',
            },
          ],
        }),
      }),
    )
    await assert.rejects(decrypt(), { name: 'AccessDeniedException' })
    const other = await lake.addAccount('210987654321')
    const foreign = lake.client(KMSClient, { credentials: other })
    await assert.rejects(foreign.send(new DescribeKeyCommand({ KeyId: key.Arn })), {
      name: 'AccessDeniedException',
    })
    await assert.rejects(foreign.send(new DescribeKeyCommand({ KeyId: key.KeyId })), {
      name: 'NotFoundException',
    })
  })
})
