import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as sdk from '@aws-sdk/client-lambda'
import { startLake, type TestLake } from '../harness/index.ts'
import { atLeast, atMost, notNull, oneOf, pattern, refuses } from './validation-errors.ts'

/*
 * The form of the messages is that of Kinesis (`kinesis-validation.test.ts`); that Lambda answers in it, and names members like `kMSKeyArn`, is to be seen in
 * https://github.com/highsource/bitcoin-a-day/issues/1. The limits and patterns are those of https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html.
 */
let lake: TestLake
let lambda: sdk.LambdaClient
before(async () => {
  lake = await startLake()
  lambda = lake.client(sdk.LambdaClient)
})
after(() => lake.stop())

const long = 'a'.repeat(300)
const functionName =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-[a-z]+)+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?'
const role = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role\\/?[a-zA-Z_0-9+=,.@\\-_/]+'
const keyArn = '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()'
const FunctionName = 'f'

test('what each operation of Lambda misses or cannot take, one and several at once', async () => {
  const cases: readonly (readonly [() => Promise<unknown>, readonly string[]])[] = [
    [
      () => lambda.send(new sdk.CreateFunctionCommand({ FunctionName } as never)),
      [notNull('role'), notNull('code')],
    ],
    [
      () =>
        lambda.send(
          new sdk.CreateFunctionCommand({
            FunctionName: 'a b',
            Role: 'service-role',
            Code: {},
            Handler: 'a b',
            Description: long,
            Timeout: 901,
            MemorySize: 64,
            EphemeralStorage: { Size: 1 },
            KMSKeyArn: '"arn:aws:kms:eu-central-1:123456789012:key/k"',
            PackageType: 'Jar' as never,
          }),
        ),
      [
        pattern('functionName', 'a b', functionName),
        pattern('role', 'service-role', role),
        pattern('handler', 'a b', '[^\\s]+'),
        atMost('description', long, 256),
        atMost('timeout', '901', 900, 'value'),
        atLeast('memorySize', '64', 128, 'value'),
        atLeast('ephemeralStorage.size', '1', 512, 'value'),
        pattern('kMSKeyArn', '"arn:aws:kms:eu-central-1:123456789012:key/k"', keyArn),
        oneOf('packageType', 'Jar', 'Zip, Image'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.UpdateFunctionConfigurationCommand({
            FunctionName,
            Timeout: 0,
            MemorySize: 10_241,
            TracingConfig: { Mode: 'On' as never },
            LoggingConfig: { SystemLogLevel: 'ALL' as never, LogGroup: 'a b' },
          }),
        ),
      [
        oneOf('loggingConfig.systemLogLevel', 'ALL', 'DEBUG, INFO, WARN'),
        pattern('loggingConfig.logGroup', 'a b', '[.\\-_/#A-Za-z0-9]+'),
        atLeast('timeout', '0', 1, 'value'),
        atMost('memorySize', '10241', 10_240, 'value'),
        oneOf('tracingConfig.mode', 'On', 'Active, PassThrough'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.UpdateFunctionCodeCommand({ FunctionName, Architectures: ['mips' as never] }),
        ),
      [oneOf('architectures.1.member', 'mips', 'x86_64, arm64')],
    ],
    [
      () => lambda.send(new sdk.InvokeCommand({ FunctionName: 'a b', Qualifier: 'a b' })),
      [
        pattern('functionName', 'a b', functionName),
        pattern('qualifier', 'a b', '[a-zA-Z0-9$_-]+'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.InvokeCommand({
            FunctionName,
            InvocationType: 'Later' as never,
            LogType: 'All' as never,
          }),
        ),
      [
        oneOf('invocationType', 'Later', 'RequestResponse, Event, DryRun'),
        oneOf('logType', 'All', 'None, Tail'),
      ],
    ],
    [
      () =>
        lambda.send(new sdk.CreateAliasCommand({ FunctionName, Name: '12', FunctionVersion: 'x' })),
      [
        pattern('name', '12', '(?!^[0-9]+$)([a-zA-Z0-9-_]+)'),
        pattern('functionVersion', 'x', '(\\$LATEST|[0-9]+)'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.AddPermissionCommand({
            FunctionName,
            StatementId: 'a b',
            Action: 's3:GetObject',
            Principal: 'a b',
            SourceAccount: 'me',
          }),
        ),
      [
        pattern('statementId', 'a b', '([a-zA-Z0-9-_]+)'),
        pattern('action', 's3:GetObject', '(lambda:[*]|lambda:[a-zA-Z]+|[*])'),
        pattern('principal', 'a b', '[^\\s]+'),
        pattern('sourceAccount', 'me', '\\d{12}'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.CreateEventSourceMappingCommand({
            FunctionName,
            EventSourceArn: 'short',
            BatchSize: 0,
            MaximumBatchingWindowInSeconds: 301,
            ParallelizationFactor: 11,
            MaximumRecordAgeInSeconds: -2,
            MaximumRetryAttempts: 10_001,
            TumblingWindowInSeconds: 901,
            StartingPosition: 'NOW' as never,
          }),
        ),
      [
        atLeast('eventSourceArn', 'short', 12),
        atLeast('batchSize', '0', 1, 'value'),
        atMost('maximumBatchingWindowInSeconds', '301', 300, 'value'),
        atMost('parallelizationFactor', '11', 10, 'value'),
        atLeast('maximumRecordAgeInSeconds', '-2', -1, 'value'),
        atMost('maximumRetryAttempts', '10001', 10_000, 'value'),
        atMost('tumblingWindowInSeconds', '901', 900, 'value'),
        oneOf('startingPosition', 'NOW', 'TRIM_HORIZON, LATEST, AT_TIMESTAMP'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.PutFunctionEventInvokeConfigCommand({
            FunctionName,
            MaximumEventAgeInSeconds: 59,
            MaximumRetryAttempts: 3,
          }),
        ),
      [
        atLeast('maximumEventAgeInSeconds', '59', 60, 'value'),
        atMost('maximumRetryAttempts', '3', 2, 'value'),
      ],
    ],
    [
      () =>
        lambda.send(
          new sdk.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: -1 }),
        ),
      [atLeast('reservedConcurrentExecutions', '-1', 0, 'value')],
    ],
    [
      () =>
        lambda.send(
          new sdk.ListFunctionsCommand({ MaxItems: 0, FunctionVersion: 'SOME' as never }),
        ),
      [atLeast('maxItems', '0', 1, 'value'), oneOf('functionVersion', 'SOME', 'ALL')],
    ],
    [
      () =>
        lambda.send(
          new sdk.PublishLayerVersionCommand({
            LayerName: 'a b',
            Content: {},
            Description: long,
            LicenseInfo: 'l'.repeat(513),
          }),
        ),
      [
        pattern('layerName', 'a b', layerName()),
        atMost('description', long, 256),
        atMost('licenseInfo', 'l'.repeat(513), 512),
      ],
    ],
  ]
  for (const [send, expected] of cases) await refuses(send(), expected)
  // What is checked behind that, in its own words.
  await assert.rejects(
    lambda.send(
      new sdk.CreateFunctionCommand({
        FunctionName,
        Role: 'arn:aws:iam::123456789012:role/r',
        Code: { ZipFile: Buffer.from('no zip') },
        Runtime: 'nodejs1.x' as never,
        Handler: 'index.handler',
      }),
    ),
    (error: Error) =>
      error.name === 'InvalidParameterValueException' &&
      /^Value nodejs1\.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*\] or be a valid ARN$/.test(
        error.message,
      ),
  )
})

function layerName(): string {
  return '(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+'
}
