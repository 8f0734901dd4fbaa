import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateColumnStatisticsTaskSettingsCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeleteColumnStatisticsTaskSettingsCommand,
  GetCatalogCommand,
  GetCatalogsCommand,
  GetColumnStatisticsTaskSettingsCommand,
  GetUnfilteredPartitionMetadataCommand,
  GetUnfilteredPartitionsMetadataCommand,
  GetUnfilteredTableMetadataCommand,
  GlueClient,
  StartColumnStatisticsTaskRunScheduleCommand,
  StopColumnStatisticsTaskRunScheduleCommand,
  UpdateColumnStatisticsTaskSettingsCommand,
} from '@aws-sdk/client-glue'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { startLake, type TestLake } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'

let lake: TestLake
let glue: GlueClient
const place = { DatabaseName: 'd', TableName: 't' }
before(async () => {
  lake = await startLake()
  glue = lake.client(GlueClient)
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' } }))
  await glue.send(
    new CreateTableCommand({
      DatabaseName: 'd',
      TableInput: {
        Name: 't',
        StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }], Location: 's3://b/t/' },
        PartitionKeys: [{ Name: 'day', Type: 'string' }],
      },
    }),
  )
  for (const day of ['1', '2']) {
    const PartitionInput = { Values: [day], StorageDescriptor: { Location: `s3://b/t/${day}/` } }
    await glue.send(new CreatePartitionCommand({ ...place, PartitionInput }))
  }
})
after(() => lake.stop())

// https://docs.aws.amazon.com/lake-formation/latest/dg/api-overview.html
test('an engine that enforces permissions is told of all columns, as of tables that are open to IAM', async () => {
  const asked = {
    CatalogId: lake.accountId,
    SupportedPermissionTypes: ['COLUMN_PERMISSION' as const],
  }
  const AuthorizedColumns = ['a', 'day']
  const table = await glue.send(
    new GetUnfilteredTableMetadataCommand({ ...asked, DatabaseName: 'd', Name: 't' }),
  )
  assert.equal(table.Table?.StorageDescriptor?.Location, 's3://b/t/')
  assert.deepEqual(table.AuthorizedColumns, AuthorizedColumns)
  assert.equal(table.IsRegisteredWithLakeFormation, false)
  const { UnfilteredPartitions } = await glue.send(
    new GetUnfilteredPartitionsMetadataCommand({ ...asked, ...place, Expression: "day > '1'" }),
  )
  assert.deepEqual(
    UnfilteredPartitions?.map((one) => [one.Partition?.Values, one.AuthorizedColumns]),
    [[['2'], AuthorizedColumns]],
  )
  const one = await glue.send(
    new GetUnfilteredPartitionMetadataCommand({ ...asked, ...place, PartitionValues: ['1'] }),
  )
  assert.equal(one.Partition?.StorageDescriptor?.Location, 's3://b/t/1/')
  await assert.rejects(
    glue.send(
      new GetUnfilteredTableMetadataCommand({
        ...asked,
        SupportedPermissionTypes: [],
        DatabaseName: 'd',
        Name: 't',
      }),
    ),
    { name: 'InvalidInputException' },
  )
})

test('the catalog of an account is there, and only that', async () => {
  const { Catalog } = await glue.send(new GetCatalogCommand({ CatalogId: lake.accountId }))
  const arn = `arn:aws:glue:us-east-1:${lake.accountId}:catalog`
  assert.equal(Catalog?.ResourceArn, arn)
  const { CatalogList } = await glue.send(new GetCatalogsCommand({}))
  assert.deepEqual(
    CatalogList?.map((one) => one.CatalogId),
    [lake.accountId],
  )
  const below = await glue.send(new GetCatalogsCommand({ ParentCatalogId: lake.accountId }))
  assert.deepEqual(below.CatalogList, [])
  await assert.rejects(glue.send(new GetCatalogCommand({ CatalogId: '210987654321' })), {
    name: 'AccessDeniedException',
  })
})

test('what an engine asks is asked of the table and the catalog', async () => {
  const iam = lake.client(IAMClient)
  const UserName = 'engine'
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const base = `arn:aws:glue:us-east-1:${lake.accountId}`
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'one-table',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['glue:GetUnfilteredTableMetadata', 'glue:GetCatalog'],
          Resource: [`${base}:catalog`, `${base}:database/d`, `${base}:table/d/t`],
        },
      }),
    }),
  )
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy!.Arn }))
  const user = new GlueClient({
    region: 'us-east-1',
    endpoint: lake.endpoint,
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  })
  const asked = {
    CatalogId: lake.accountId,
    DatabaseName: 'd',
    SupportedPermissionTypes: ['COLUMN_PERMISSION' as const],
  }
  await user.send(new GetUnfilteredTableMetadataCommand({ ...asked, Name: 't' }))
  await user.send(new GetCatalogCommand({ CatalogId: lake.accountId }))
  const denied = { name: 'AccessDeniedException' }
  await assert.rejects(
    user.send(new GetUnfilteredTableMetadataCommand({ ...asked, Name: 'other' })),
    denied,
  )
  await assert.rejects(user.send(new GetCatalogsCommand({})), denied)
  user.destroy()
})

// https://docs.aws.amazon.com/glue/latest/webapi/API_CreateColumnStatisticsTaskSettings.html
test('settings of column statistics', async () => {
  await createServiceRole(lake.client(IAMClient), { name: 'counts', services: ['glue'] })
  const create = (more: object) =>
    glue.send(new CreateColumnStatisticsTaskSettingsCommand({ ...place, Role: 'counts', ...more }))
  await assert.rejects(create({ Role: 'nobody' }), { name: 'InvalidInputException' })
  await assert.rejects(create({ Schedule: 'every day' }), { name: 'InvalidInputException' })
  await assert.rejects(create({ ColumnNameList: ['b'] }), { name: 'InvalidInputException' })
  await assert.rejects(create({ TableName: 'none' }), { name: 'EntityNotFoundException' })
  const Schedule = 'cron(0 1 * * ? *)'
  await create({ Schedule, ColumnNameList: ['a'], SampleSize: 20 })
  await assert.rejects(create({}), { name: 'AlreadyExistsException' })
  const get = async () => {
    const found = await glue.send(new GetColumnStatisticsTaskSettingsCommand(place))
    return found.ColumnStatisticsTaskSettings
  }
  assert.deepEqual(await get(), {
    DatabaseName: 'd',
    TableName: 't',
    CatalogID: lake.accountId,
    Role: 'counts',
    ColumnNameList: ['a'],
    SampleSize: 20,
    Schedule: { ScheduleExpression: Schedule, State: 'SCHEDULED' },
    ScheduleType: 'CRON',
    SettingSource: 'TABLE',
  })
  await glue.send(new StopColumnStatisticsTaskRunScheduleCommand(place))
  assert.equal((await get())?.Schedule?.State, 'NOT_SCHEDULED')
  await glue.send(new StartColumnStatisticsTaskRunScheduleCommand(place))
  assert.equal((await get())?.Schedule?.State, 'SCHEDULED')
  const changed = { ...place, ColumnNameList: ['a', 'day'], Schedule: '' }
  await glue.send(new UpdateColumnStatisticsTaskSettingsCommand(changed))
  assert.deepEqual((await get())?.ColumnNameList, ['a', 'day'])
  await assert.rejects(glue.send(new StartColumnStatisticsTaskRunScheduleCommand(place)), {
    name: 'InvalidInputException',
  })
  await glue.send(new DeleteColumnStatisticsTaskSettingsCommand(place))
  await assert.rejects(get(), { name: 'EntityNotFoundException' })
})
