import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  DeregisterStreamConsumerCommand,
  RegisterStreamConsumerCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
} from '@aws-sdk/client-kinesis'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  GetEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import { poll } from '../harness/index.ts'
import { startMappings } from './lambda-mapping-lake.ts'
import { oneOf, refuses } from './validation-errors.ts'

let front: Awaited<ReturnType<typeof startMappings>>
before(async () => {
  front = await startMappings()
})
after(() => front.lake.stop())

const roleMay = (action: string) =>
  front.lake.client(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName: 'runs-functions',
      PolicyName: 'more',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
      }),
    }),
  )
const troubleOf = (UUID: string | undefined, what: RegExp) =>
  poll(String(what), async () => {
    const { LastProcessingResult: result } = await front.lambda.client.send(
      new GetEventSourceMappingCommand({ UUID }),
    )
    return what.test(result!) && result
  })

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
test('what is for other sources, or would do nothing, is refused', async () => {
  const { EventSourceArn } = await front.mapped('refused')
  const attempt = (input: Partial<CreateEventSourceMappingCommandInput>) =>
    front.map('refused', EventSourceArn, input)
  const alien: readonly Partial<CreateEventSourceMappingCommandInput>[] = [
    { Topics: ['topic'] },
    { Queues: ['queue'] },
    { LoggingConfig: { SystemLogLevel: 'INFO' } },
    { SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['a:1'] } } },
    { SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'group' } },
    { AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'group' } },
    { DocumentDBEventSourceConfig: { DatabaseName: 'database' } },
    { ProvisionedPollerConfig: { MinimumPollers: 1 } },
    { ScalingConfig: { MaximumConcurrency: 2 } },
    { SourceAccessConfigurations: [{ Type: 'VIRTUAL_HOST', URI: '/' }] },
  ]
  for (const input of alien) {
    await assert.rejects(attempt(input), {
      name: 'InvalidParameterValueException',
      message: `Unsupported ${Object.keys(input)[0]} parameter for given event source mapping type.`,
    })
  }
  const refused = (input: Partial<CreateEventSourceMappingCommandInput>, message: RegExp) =>
    assert.rejects(attempt(input), { name: 'InvalidParameterValueException', message })
  await refused({ MetricsConfig: { Metrics: ['ErrorCount'] } }, /ErrorCount are not there/)
  const StartingPositionTimestamp = new Date(front.clock.now() + 1)
  await refused({ StartingPositionTimestamp }, /can only be given with AT_TIMESTAMP/)
  await refused(
    { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp },
    /cannot be in the future/,
  )
  await refuses(attempt({ FunctionResponseTypes: ['All' as never] }), [
    oneOf('functionResponseTypes.1.member', 'All', 'ReportBatchItemFailures'),
  ])
})

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
test('records come by way of a consumer, as long as it is registered', async () => {
  const { EventSourceArn: StreamARN } = await front.mapped('pushed')
  const { Consumer } = await front.kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'lambda' }),
  )
  const { ConsumerARN } = Consumer!
  const other = ConsumerARN!.replace('/lambda:', '/nobody:')
  await assert.rejects(front.map('pushed', other), {
    name: 'InvalidParameterValueException',
    message: /nobody.* not found/,
  })
  const made = await front.map('pushed', ConsumerARN!)
  assert.equal(made.EventSourceArn, ConsumerARN)
  await front.put('pushed', ['a', 'b'], () => 'k')
  assert.deepEqual(await front.sees('pushed', 2), ['a', 'b'])
  const [batch] = await front.batches('pushed/')
  assert.equal(batch.event.Records[0].eventSourceARN, ConsumerARN)
  await front.kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }))
  assert.match(await troubleOf(made.UUID, /PROBLEM/), /not found/)
})

// https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html: consumers need kms:Decrypt
test('an encrypted stream is given to functions whose role may use its key', async () => {
  const { EventSourceArn } = await front.mapped('sealed')
  const { KeyMetadata } = await front.lake.client(KMSClient).send(new CreateKeyCommand({}))
  await front.kinesis.send(
    new StartStreamEncryptionCommand({
      StreamName: 'sealed',
      EncryptionType: 'KMS',
      KeyId: KeyMetadata!.Arn,
    }),
  )
  await assert.rejects(front.map('sealed', EventSourceArn), {
    name: 'InvalidParameterValueException',
    message: /kms:Decrypt/,
  })
  await roleMay('kms:Decrypt')
  const made = await front.map('sealed', EventSourceArn)
  await front.put('sealed', ['secret'])
  assert.deepEqual(await front.sees('sealed', 1), ['secret'])
  await roleMay('kms:ListKeys')
  assert.match(await troubleOf(made.UUID, /PROBLEM/), /kms:Decrypt/)
  await front.put('sealed', ['another secret'])
  await roleMay('kms:Decrypt')
  assert.deepEqual(await front.sees('sealed', 2), ['secret', 'another secret'])
})

test('what was encrypted stays closed when the stream is not any more', async () => {
  const { EventSourceArn } = await front.mapped('opened')
  const { KeyMetadata } = await front.lake.client(KMSClient).send(new CreateKeyCommand({}))
  const key = {
    StreamName: 'opened',
    EncryptionType: 'KMS',
    KeyId: KeyMetadata!.Arn,
  } as const
  await front.kinesis.send(new StartStreamEncryptionCommand(key))
  await front.put('opened', ['secret'])
  await front.kinesis.send(new StopStreamEncryptionCommand(key))
  await roleMay('kms:ListKeys')
  const made = await front.map('opened', EventSourceArn)
  await front.put('opened', ['plain'])
  assert.match(await troubleOf(made.UUID, /PROBLEM/), /kms:Decrypt/)
  assert.deepEqual(await front.seen('opened'), [])
  await roleMay('kms:Decrypt')
  assert.deepEqual(await front.sees('opened', 2), ['secret', 'plain'])
})
