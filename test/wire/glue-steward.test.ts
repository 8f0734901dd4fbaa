import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  BatchDeleteConnectionCommand,
  CreateConnectionCommand,
  CreateDatabaseCommand,
  CreateSecurityConfigurationCommand,
  CreateTableCommand,
  DeleteConnectionCommand,
  DeleteSecurityConfigurationCommand,
  GetConnectionCommand,
  GetConnectionsCommand,
  GetResourcePoliciesCommand,
  GetSecurityConfigurationCommand,
  GetSecurityConfigurationsCommand,
  GetTagsCommand,
  GlueClient,
  PutDataCatalogEncryptionSettingsCommand,
  PutResourcePolicyCommand,
  SearchTablesCommand,
  UpdateConnectionCommand,
  type ConnectionInput,
  type SearchTablesCommandInput,
} from '@aws-sdk/client-glue'
import { startLake, type TestLake } from '../harness/index.ts'

describe('what a steward does with the catalog', () => {
  let folder: string
  let lake: TestLake
  let glue: GlueClient
  const named = (name: string) => ({ name })
  const search = async (input: SearchTablesCommandInput) => {
    const { TableList, NextToken } = await glue.send(new SearchTablesCommand(input))
    return { names: TableList!.map((table) => table.Name), NextToken }
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-steward-'))
    lake = await startLake({ ephemeral: false, dataDir: folder })
    glue = lake.client(GlueClient)
    const make = (DatabaseName: string, Name: string, more: object) =>
      glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name, ...more } }))
    for (const Name of ['sales', 'people']) {
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }))
    }
    await make('sales', 'web-orders', {
      Owner: 'ann',
      Description: 'Every order of the shop',
      Parameters: { steward: 'Bob Ray', sensitivity: 'internal' },
      StorageDescriptor: { Columns: [{ Name: 'id', Type: 'int', Comment: 'number of the order' }] },
    })
    await make('sales', 'returns', { Owner: 'ann', Parameters: { sensitivity: 'internal' } })
    await make('people', 'staff', {
      Owner: 'hr',
      Parameters: { sensitivity: 'secret', steward: 'Cleo' },
      StorageDescriptor: {
        Columns: [
          { Name: 'salary', Type: 'int', Comment: 'in cents', Parameters: { class: 'PII' } },
        ],
      },
    })
  })
  after(async () => {
    await lake.stop()
    await rm(folder, { recursive: true })
  })

  // https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html
  it('finds tables by text, filters and parameters, sorted and in pages', async () => {
    assert.deepEqual((await search({ SearchText: 'ORDER' })).names, ['web-orders'])
    assert.deepEqual((await search({ SearchText: 'cents' })).names, ['staff'])
    assert.deepEqual((await search({ SearchText: '"internal"' })).names, ['web-orders', 'returns'])
    assert.deepEqual((await search({ SearchText: '"intern"' })).names, [])
    const by = (Key: string, Value: string, Comparator?: 'GREATER_THAN' | 'LESS_THAN') =>
      search({ Filters: [{ Key, Value, Comparator }] })
    assert.deepEqual((await by('databaseName', 'people')).names, ['staff'])
    assert.deepEqual((await by('name', 'web')).names, ['web-orders'])
    assert.deepEqual((await by('owner', 'ann')).names, ['web-orders', 'returns'])
    assert.deepEqual((await by('sensitivity', 'secret')).names, ['staff'])
    assert.deepEqual((await by('steward', 'bob')).names, ['web-orders'])
    assert.deepEqual((await by('class', 'pii')).names, ['staff'])
    assert.equal((await by('UpdateTime', '2020-01-01T00:00:00Z', 'GREATER_THAN')).names.length, 3)
    assert.deepEqual((await by('CreateTime', '1500000000', 'LESS_THAN')).names, [])
    const both = await search({
      SearchText: 'order',
      Filters: [
        { Key: 'owner', Value: 'ann' },
        { Key: 'sensitivity', Value: 'secret' },
      ],
    })
    assert.deepEqual(both.names, [])
    const sorted = (Sort: 'ASC' | 'DESC', NextToken?: string) =>
      search({ SortCriteria: [{ FieldName: 'Name', Sort }], MaxResults: 2, NextToken })
    const first = await sorted('DESC')
    assert.deepEqual(first.names, ['web-orders', 'staff'])
    assert.deepEqual((await sorted('DESC', first.NextToken)).names, ['returns'])
    assert.deepEqual((await sorted('ASC')).names, ['returns', 'staff'])
    await assert.rejects(by('CreateTime', 'yesterday'), named('InvalidInputException'))
    await assert.rejects(search({ NextToken: 'what' }), named('InvalidInputException'))
  })

  it('keeps connections, their passwords sealed, and shows them when asked', async () => {
    const ConnectionInput: ConnectionInput = {
      Name: 'warehouse',
      ConnectionType: 'JDBC',
      Description: 'd',
      MatchCriteria: ['a', 'b'],
      ConnectionProperties: {
        JDBC_CONNECTION_URL: 'jdbc:postgresql://db:5432/x',
        USERNAME: 'reader',
        PASSWORD: 'very-secret-word',
      },
      PhysicalConnectionRequirements: { AvailabilityZone: 'us-east-1a' },
    }
    const created = await glue.send(
      new CreateConnectionCommand({ ConnectionInput, Tags: { team: 'x' } }),
    )
    assert.equal(created.CreateConnectionStatus, 'READY')
    await assert.rejects(
      glue.send(new CreateConnectionCommand({ ConnectionInput })),
      named('AlreadyExistsException'),
    )
    const get = (HidePassword?: boolean) =>
      glue.send(new GetConnectionCommand({ Name: 'warehouse', HidePassword }))
    const shown = (await get()).Connection!
    assert.deepEqual(shown.ConnectionProperties, ConnectionInput.ConnectionProperties)
    assert.deepEqual(shown.PhysicalConnectionRequirements, { AvailabilityZone: 'us-east-1a' })
    const hidden = (await get(true)).Connection!
    assert.deepEqual(Object.keys(hidden.ConnectionProperties!).toSorted(), [
      'JDBC_CONNECTION_URL',
      'USERNAME',
    ])
    const ResourceArn = 'arn:aws:glue:us-east-1:123456789012:connection/warehouse'
    const { Tags } = await glue.send(new GetTagsCommand({ ResourceArn }))
    assert.deepEqual(Tags, { team: 'x' })
    for (const file of ['lake.db', 'lake.db-wal']) {
      assert.ok(!readFileSync(join(folder, file)).includes('very-secret-word'), file)
    }

    await glue.send(
      new UpdateConnectionCommand({
        Name: 'warehouse',
        ConnectionInput: { ...ConnectionInput, Description: 'new' },
      }),
    )
    assert.equal((await get()).Connection!.Description, 'new')
    const network = { Name: 'net', ConnectionType: 'NETWORK', ConnectionProperties: {} } as const
    await glue.send(new CreateConnectionCommand({ ConnectionInput: network }))
    const list = async (Filter: object) => {
      const { ConnectionList } = await glue.send(new GetConnectionsCommand({ Filter }))
      return ConnectionList!.map((one) => one.Name)
    }
    assert.deepEqual(await list({}), ['net', 'warehouse'])
    assert.deepEqual(await list({ ConnectionType: 'JDBC' }), ['warehouse'])
    assert.deepEqual(await list({ MatchCriteria: ['a'] }), ['warehouse'])
    assert.deepEqual(await list({ MatchCriteria: ['a', 'c'] }), [])
    await glue.send(new DeleteConnectionCommand({ ConnectionName: 'net' }))
    const batch = await glue.send(
      new BatchDeleteConnectionCommand({ ConnectionNameList: ['warehouse', 'none'] }),
    )
    assert.deepEqual(batch.Succeeded, ['warehouse'])
    assert.equal(batch.Errors!['none']!.ErrorCode, 'EntityNotFoundException')
    await assert.rejects(get(), named('EntityNotFoundException'))
  })

  it('lists resource policies, keeps security configurations, refuses encryption that would not be', async () => {
    const own = { AWS: `arn:aws:iam::${lake.accountId}:root` }
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: own, Action: 'glue:*', Resource: '*' },
    })
    await glue.send(new PutResourcePolicyCommand({ PolicyInJson: policy }))
    const policies = await glue.send(new GetResourcePoliciesCommand({}))
    assert.deepEqual(
      policies.GetResourcePoliciesResponseList!.map((one) => one.PolicyInJson),
      [policy],
    )
    const EncryptionConfiguration = {
      S3Encryption: [{ S3EncryptionMode: 'SSE-S3' as const }],
      CloudWatchEncryption: { CloudWatchEncryptionMode: 'DISABLED' as const },
    }
    const Name = 'plain'
    await glue.send(new CreateSecurityConfigurationCommand({ Name, EncryptionConfiguration }))
    const found = await glue.send(new GetSecurityConfigurationCommand({ Name }))
    assert.deepEqual(found.SecurityConfiguration!.EncryptionConfiguration, EncryptionConfiguration)
    const all = await glue.send(new GetSecurityConfigurationsCommand({}))
    assert.equal(all.SecurityConfigurations!.length, 1)
    await glue.send(new DeleteSecurityConfigurationCommand({ Name }))
    await assert.rejects(
      glue.send(new GetSecurityConfigurationCommand({ Name })),
      named('EntityNotFoundException'),
    )
    const put = (CatalogEncryptionMode: 'DISABLED' | 'SSE-KMS') =>
      glue.send(
        new PutDataCatalogEncryptionSettingsCommand({
          DataCatalogEncryptionSettings: { EncryptionAtRest: { CatalogEncryptionMode } },
        }),
      )
    await put('DISABLED')
    await assert.rejects(put('SSE-KMS'), named('InvalidInputException'))
  })
})
