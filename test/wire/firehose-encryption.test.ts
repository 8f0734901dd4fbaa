import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
} from '@aws-sdk/client-firehose'
import { startFirehose } from './firehose-lake.ts'

const text = 'find-me-if-you-can'

/** https://docs.aws.amazon.com/firehose/latest/dev/encryption.html */
describe('Firehose encryption of what was not delivered yet', () => {
  let fixture: Awaited<ReturnType<typeof startFirehose>>
  before(async () => {
    fixture = await startFirehose('delivered')
  })
  after(() => fixture.lake.stop())

  const onDisk = async (): Promise<Buffer> => {
    const root = join(fixture.lake.server.dataFolder, 'streams')
    const files = await readdir(root, { recursive: true, withFileTypes: true })
    const paths = files.filter((file) => file.isFile())
    return Buffer.concat(
      await Promise.all(paths.map((file) => readFile(join(file.parentPath, file.name)))),
    )
  }

  it('seals what waits, and delivers what was put', async () => {
    const { create, put, firehose } = fixture
    await create('sealed', { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 } })
    const DeliveryStreamName = 'sealed'
    await firehose.send(new StartDeliveryStreamEncryptionCommand({ DeliveryStreamName }))
    const { Encrypted } = await put('sealed', [text])
    assert.equal(Encrypted, true)
    assert.ok(!(await onDisk()).includes(text))
    await firehose.send(new StopDeliveryStreamEncryptionCommand({ DeliveryStreamName }))
    assert.equal((await put('sealed', [`${text} in the open`])).Encrypted, false)
    assert.ok((await onDisk()).includes(`${text} in the open`))
    await create(
      'from-the-start',
      { Prefix: 'from-the-start/', BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } },
      { DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' } },
    )
    await put('from-the-start', ['what was sealed, arrives'])
    assert.equal(
      await fixture.delivered('from-the-start/', (found) => found !== ''),
      'what was sealed, arrives',
    )
  })

  it('is refused with a key that is not there', async () => {
    await assert.rejects(
      fixture.create(
        'keyless',
        {},
        {
          DeliveryStreamEncryptionConfigurationInput: {
            KeyType: 'CUSTOMER_MANAGED_CMK',
            KeyARN: 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555',
          },
        },
      ),
      { name: 'InvalidKMSResourceException' },
    )
  })
})
