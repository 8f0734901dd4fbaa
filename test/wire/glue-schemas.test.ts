import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CheckSchemaVersionValidityCommand,
  CreateRegistryCommand,
  CreateSchemaCommand,
  DeleteRegistryCommand,
  DeleteSchemaCommand,
  DeleteSchemaVersionsCommand,
  GetRegistryCommand,
  GetSchemaByDefinitionCommand,
  GetSchemaCommand,
  GetSchemaVersionCommand,
  GetSchemaVersionsDiffCommand,
  GetTagsCommand,
  GlueClient,
  ListRegistriesCommand,
  ListSchemaVersionsCommand,
  ListSchemasCommand,
  PutSchemaVersionMetadataCommand,
  QuerySchemaVersionMetadataCommand,
  RegisterSchemaVersionCommand,
  RemoveSchemaVersionMetadataCommand,
  UpdateRegistryCommand,
  UpdateSchemaCommand,
  type Compatibility,
} from '@aws-sdk/client-glue'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { startLake, type TestLake } from '../harness/index.ts'

let lake: TestLake
let glue: GlueClient
before(async () => {
  lake = await startLake()
  glue = lake.client(GlueClient)
})
after(() => lake.stop())

const named = (name: string) => ({ name })
const notFound = named('EntityNotFoundException')
const invalid = named('InvalidInputException')

const schemaOf = (...fields: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'Order', fields })
const id = { name: 'id', type: 'int' }
const wideId = { name: 'id', type: 'long' }
const note = { name: 'note', type: ['null', 'string'], default: null }
const must = { name: 'must', type: 'string' }

let number = 0
/** A schema of its own, with its first version. */
async function make(compatibility: Compatibility, ...fields: readonly object[]) {
  const SchemaName = `s${++number}`
  await glue.send(
    new CreateSchemaCommand({
      SchemaName,
      DataFormat: 'AVRO',
      Compatibility: compatibility,
      SchemaDefinition: schemaOf(...fields),
    }),
  )
  const SchemaId = { SchemaName }
  const register = async (...more: readonly object[]) => {
    const command = { SchemaId, SchemaDefinition: schemaOf(...more) }
    return (await glue.send(new RegisterSchemaVersionCommand(command))).Status
  }
  return { SchemaId, register }
}

// https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html#schema-registry-compatibility
const cases: [Compatibility, readonly object[], readonly object[], string][] = [
  ['NONE', [id], [must], 'AVAILABLE'],
  ['BACKWARD', [id], [id, note], 'AVAILABLE'],
  ['BACKWARD', [id], [wideId], 'AVAILABLE'],
  ['BACKWARD', [id, must], [id], 'AVAILABLE'],
  ['BACKWARD', [id], [id, must], 'FAILURE'],
  ['BACKWARD', [wideId], [id], 'FAILURE'],
  ['FORWARD', [id], [id, must], 'AVAILABLE'],
  ['FORWARD', [id, must], [id], 'FAILURE'],
  ['FORWARD', [id], [wideId], 'FAILURE'],
  ['FULL', [id], [id, note], 'AVAILABLE'],
  ['FULL', [id, note], [id], 'AVAILABLE'],
  ['FULL', [id], [id, must], 'FAILURE'],
]
for (const [mode, before, next, status] of cases) {
  const fields = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).join(' ')
  test(`${mode}: ${fields(before)} then ${fields(next)} is ${status}`, async () => {
    const { register } = await make(mode, ...before)
    assert.equal(await register(...next), status)
  })
}

test('all versions from the checkpoint on count where the mode says so', async () => {
  const later = { name: 'must', type: 'string', default: 'x' }
  const one = await make('BACKWARD', id)
  const all = await make('BACKWARD_ALL', id)
  for (const { register } of [one, all]) assert.equal(await register(id, later), 'AVAILABLE')
  // It reads the last version, and not the first.
  assert.equal(await one.register(id, must), 'AVAILABLE')
  assert.equal(await all.register(id, must), 'FAILURE')
  const change = { SchemaId: all.SchemaId, SchemaVersionNumber: { VersionNumber: 2 } }
  await glue.send(new UpdateSchemaCommand(change))
  const again = schemaOf(must, id)
  const { Status } = await glue.send(
    new RegisterSchemaVersionCommand({ SchemaId: all.SchemaId, SchemaDefinition: again }),
  )
  assert.equal(Status, 'AVAILABLE')
  const disabled = await make('DISABLED', id)
  await assert.rejects(disabled.register(id, note), invalid)
})

test('a definition has one version, however it is laid out, and is found by it', async () => {
  const { SchemaId, register } = await make('NONE', id)
  const spaced = JSON.stringify(JSON.parse(schemaOf(id)), undefined, 4)
  const same = await glue.send(
    new RegisterSchemaVersionCommand({ SchemaId, SchemaDefinition: spaced }),
  )
  assert.equal(same.VersionNumber, 1)
  assert.equal(await register(note), 'AVAILABLE')
  const found = await glue.send(
    new GetSchemaByDefinitionCommand({ SchemaId, SchemaDefinition: spaced }),
  )
  assert.equal(found.SchemaVersionId, same.SchemaVersionId)
  const byId = await glue.send(
    new GetSchemaVersionCommand({ SchemaVersionId: same.SchemaVersionId }),
  )
  assert.equal(byId.SchemaDefinition, schemaOf(id))
  const latest = { SchemaId, SchemaVersionNumber: { LatestVersion: true } }
  const last = await glue.send(new GetSchemaVersionCommand(latest))
  assert.deepEqual([last.VersionNumber, last.SchemaDefinition], [2, schemaOf(note)])
  const { Diff } = await glue.send(
    new GetSchemaVersionsDiffCommand({
      SchemaId,
      FirstSchemaVersionNumber: { VersionNumber: 1 },
      SecondSchemaVersionNumber: { LatestVersion: true },
      SchemaDiffType: 'SYNTAX_DIFF',
    }),
  )
  assert.deepEqual(JSON.parse(Diff!), [
    { op: 'replace', path: '/fields/0/name', value: 'note' },
    { op: 'replace', path: '/fields/0/type', value: ['null', 'string'] },
    { op: 'add', path: '/fields/0/default', value: null },
  ])
  await assert.rejects(
    glue.send(new GetSchemaByDefinitionCommand({ SchemaId, SchemaDefinition: schemaOf(must) })),
    notFound,
  )
  // Many at once: each has a number of its own.
  const many = Array.from({ length: 12 }, (_, at) => register({ name: `f${at}`, type: 'int' }))
  assert.deepEqual(new Set(await Promise.all(many)), new Set(['AVAILABLE']))
  const { Schemas } = await glue.send(new ListSchemaVersionsCommand({ SchemaId }))
  assert.deepEqual(
    Schemas?.map((one) => one.VersionNumber),
    Array.from({ length: 14 }, (_, at) => at + 1),
  )
  const deleted = await glue.send(new DeleteSchemaVersionsCommand({ SchemaId, Versions: '1-3' }))
  assert.deepEqual(
    deleted.SchemaVersionErrors?.map((one) => one.VersionNumber),
    [1],
  )
  await assert.rejects(
    glue.send(new GetSchemaVersionCommand({ SchemaId, SchemaVersionNumber: { VersionNumber: 2 } })),
    notFound,
  )
})

test('what is no schema is refused, and formats that cannot be judged', async () => {
  const validity = async (SchemaDefinition: string) =>
    (
      await glue.send(
        new CheckSchemaVersionValidityCommand({ DataFormat: 'AVRO', SchemaDefinition }),
      )
    ).Valid
  assert.equal(await validity(schemaOf(id)), true)
  for (const bad of [
    '{',
    '{"type":"nothing"}',
    '{"type":"record","name":"x"}',
    '[['.repeat(50_000),
  ])
    assert.equal(await validity(bad), false, bad.slice(0, 50))
  const create = (more: object) =>
    glue.send(
      new CreateSchemaCommand({
        SchemaName: 'refused',
        DataFormat: 'AVRO',
        Compatibility: 'NONE',
        SchemaDefinition: schemaOf(id),
        ...more,
      }),
    )
  await assert.rejects(create({ SchemaDefinition: '{"type":"nothing"}' }), invalid)
  await assert.rejects(create({ DataFormat: 'PROTOBUF' }), invalid)
  await assert.rejects(
    create({ DataFormat: 'JSON', SchemaDefinition: '{"type":"nothing"}' }),
    invalid,
  )
  await assert.rejects(create({ DataFormat: 'XML' }), invalid)
  await assert.rejects(create({ SchemaName: 'a b' }), invalid)
  await assert.rejects(create({ RegistryId: { RegistryName: 'none' } }), notFound)
})

const objectOf = (properties: object, more: object = {}) =>
  JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties,
    additionalProperties: false,
    ...more,
  })
const messageOf = (fields: string) =>
  `syntax = "proto3";\npackage shop;\nmessage Order { ${fields} }`

for (const [format, first, more, less, wrong] of [
  [
    'JSON',
    objectOf({ id: { type: 'integer' } }),
    objectOf({ id: { type: 'integer' }, note: { type: 'string' } }),
    objectOf({}),
    objectOf({ id: { type: 'string' } }),
  ],
  [
    'PROTOBUF',
    messageOf('int32 id = 1;'),
    messageOf('int32 id = 1; string note = 2;'),
    messageOf(''),
    messageOf('string id = 1;'),
  ],
] as const) {
  test(`schemas of ${format}: versions under each mode, by definition, and what they say`, async () => {
    const make = async (Compatibility: Compatibility) => {
      const SchemaName = `${format}-${Compatibility}`
      const made = await glue.send(
        new CreateSchemaCommand({
          SchemaName,
          DataFormat: format,
          Compatibility,
          SchemaDefinition: first,
        }),
      )
      assert.equal(made.DataFormat, format)
      assert.equal(made.SchemaVersionStatus, 'AVAILABLE')
      return { SchemaName, RegistryName: 'default-registry' }
    }
    // A closed object of JSON reads no member that it does not know; a message of Protobuf passes over it.
    const isProtobuf = format === 'PROTOBUF'
    for (const [mode, definition, status] of [
      ['BACKWARD', more, 'AVAILABLE'],
      ['BACKWARD_ALL', less, isProtobuf ? 'AVAILABLE' : 'FAILURE'],
      ['FORWARD', more, isProtobuf ? 'AVAILABLE' : 'FAILURE'],
      ['FORWARD_ALL', less, 'AVAILABLE'],
      ['FULL', wrong, 'FAILURE'],
      ['FULL_ALL', wrong, 'FAILURE'],
      ['NONE', wrong, 'AVAILABLE'],
    ] as const) {
      const SchemaId = await make(mode)
      const added = await glue.send(
        new RegisterSchemaVersionCommand({ SchemaId, SchemaDefinition: definition }),
      )
      assert.deepEqual([mode, added.VersionNumber, added.Status], [mode, 2, status])
      const again = await glue.send(
        new RegisterSchemaVersionCommand({ SchemaId, SchemaDefinition: ` ${definition}\n` }),
      )
      assert.equal(again.SchemaVersionId, added.SchemaVersionId)
      const found = await glue.send(
        new GetSchemaByDefinitionCommand({ SchemaId, SchemaDefinition: ` ${first}` }),
      )
      assert.equal(found.DataFormat, format)
      const version = await glue.send(
        new GetSchemaVersionCommand({ SchemaVersionId: found.SchemaVersionId }),
      )
      assert.deepEqual([version.DataFormat, version.SchemaDefinition], [format, first])
      assert.equal((await glue.send(new GetSchemaCommand({ SchemaId }))).DataFormat, format)
      await assert.rejects(
        glue.send(new RegisterSchemaVersionCommand({ SchemaId, SchemaDefinition: 'nothing' })),
        invalid,
      )
    }
    const difference = glue.send(
      new GetSchemaVersionsDiffCommand({
        SchemaId: { SchemaName: `${format}-BACKWARD`, RegistryName: 'default-registry' },
        FirstSchemaVersionNumber: { VersionNumber: 1 },
        SecondSchemaVersionNumber: { VersionNumber: 2 },
        SchemaDiffType: 'SYNTAX_DIFF',
      }),
    )
    if (isProtobuf) await assert.rejects(difference, invalid)
    else assert.match((await difference).Diff!, /note/)
    const validity = async (SchemaDefinition: string) =>
      glue.send(new CheckSchemaVersionValidityCommand({ DataFormat: format, SchemaDefinition }))
    assert.deepEqual((await validity(first)).Valid, true)
    const bad = await validity(isProtobuf ? messageOf('int32 id = 0;') : '{"type":3}')
    assert.equal(bad.Valid, false)
    assert.ok(bad.Error!.length > 0)
  })
}

test('schemas of JSON of drafts 4, 6 and 7, and nothing that leads out of them', async () => {
  const validity = async (schema: object) =>
    glue.send(
      new CheckSchemaVersionValidityCommand({
        DataFormat: 'JSON',
        SchemaDefinition: JSON.stringify(schema),
      }),
    )
  const draft = (number: string) => `http://json-schema.org/draft-${number}/schema#`
  assert.equal(
    (await validity({ $schema: draft('04'), maximum: 1, exclusiveMaximum: true })).Valid,
    true,
  )
  assert.equal((await validity({ $schema: draft('04'), exclusiveMaximum: 1 })).Valid, false)
  assert.equal((await validity({ $schema: draft('06'), exclusiveMaximum: 1 })).Valid, true)
  assert.equal((await validity({ $schema: draft('06'), exclusiveMaximum: true })).Valid, false)
  assert.equal((await validity({ exclusiveMaximum: 1, if: {}, then: false })).Valid, true)
  const recent = 'https://json-schema.org/draft/2020-12/schema'
  assert.match((await validity({ $schema: recent })).Error!, /drafts 4, 6 and 7/)
  assert.match((await validity({ $ref: 'http://example.com/a.json' })).Error!, /leads out/)
  assert.match((await validity({ $ref: '#/definitions/none' })).Error!, /names nothing/)
  assert.match((await validity({ properties: { a: { $id: 'b' } } })).Error!, /id of its own/)
})

test('registries and what is in them', async () => {
  const RegistryName = 'orders'
  const RegistryId = { RegistryName }
  const made = await glue.send(
    new CreateRegistryCommand({ RegistryName, Description: 'd', Tags: { team: 'a' } }),
  )
  const ResourceArn = `arn:aws:glue:us-east-1:${lake.accountId}:registry/orders`
  assert.equal(made.RegistryArn, ResourceArn)
  assert.deepEqual((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags, { team: 'a' })
  await assert.rejects(
    glue.send(new CreateRegistryCommand({ RegistryName })),
    named('AlreadyExistsException'),
  )
  await glue.send(new UpdateRegistryCommand({ RegistryId, Description: 'e' }))
  const registry = await glue.send(new GetRegistryCommand({ RegistryId }))
  assert.deepEqual([registry.Description, registry.Status], ['e', 'AVAILABLE'])
  const schema = { RegistryId, DataFormat: 'AVRO', Compatibility: 'FULL' } as const
  for (const SchemaName of ['a', 'b', 'c']) {
    await glue.send(new CreateSchemaCommand({ ...schema, SchemaName }))
  }
  await assert.rejects(
    glue.send(new CreateSchemaCommand({ ...schema, SchemaName: 'a' })),
    named('AlreadyExistsException'),
  )
  const first = await glue.send(new ListSchemasCommand({ RegistryId, MaxResults: 2 }))
  const rest = await glue.send(new ListSchemasCommand({ RegistryId, NextToken: first.NextToken }))
  assert.deepEqual(
    [...first.Schemas!, ...rest.Schemas!].map((one) => one.SchemaName),
    ['a', 'b', 'c'],
  )
  const { Registries } = await glue.send(new ListRegistriesCommand({}))
  assert.deepEqual(
    Registries?.map((one) => one.RegistryName),
    ['default-registry', 'orders'],
  )
  const SchemaArn = `arn:aws:glue:us-east-1:${lake.accountId}:schema/orders/a`
  const found = await glue.send(new GetSchemaCommand({ SchemaId: { SchemaArn } }))
  assert.deepEqual(
    [found.SchemaName, found.Compatibility, found.LatestSchemaVersion, found.NextSchemaVersion],
    ['a', 'FULL', 0, 1],
  )
  await glue.send(new DeleteSchemaCommand({ SchemaId: { SchemaArn } }))
  await assert.rejects(glue.send(new GetSchemaCommand({ SchemaId: { SchemaArn } })), notFound)
  await glue.send(new DeleteRegistryCommand({ RegistryId }))
  await assert.rejects(glue.send(new GetRegistryCommand({ RegistryId })), notFound)
  await assert.rejects(glue.send(new ListSchemasCommand({ RegistryId })), notFound)
})

test('metadata of a version', async () => {
  const { SchemaId } = await make('NONE', id)
  const place = { SchemaId, SchemaVersionNumber: { LatestVersion: true } }
  const pair = (MetadataKey: string, MetadataValue: string) => ({
    ...place,
    MetadataKeyValue: { MetadataKey, MetadataValue },
  })
  await glue.send(new PutSchemaVersionMetadataCommand(pair('owner', 'ann')))
  await glue.send(new PutSchemaVersionMetadataCommand(pair('owner', 'bob')))
  await glue.send(new PutSchemaVersionMetadataCommand(pair('class', 'pii')))
  const query = async (more: object = {}) => {
    const { MetadataInfoMap } = await glue.send(
      new QuerySchemaVersionMetadataCommand({ ...place, ...more }),
    )
    return Object.entries(MetadataInfoMap!)
      .map(([key, { MetadataValue, OtherMetadataValueList = [] }]) => [
        key,
        [MetadataValue, ...OtherMetadataValueList.map((one) => one.MetadataValue)].toSorted(),
      ])
      .toSorted()
  }
  assert.deepEqual(await query(), [
    ['class', ['pii']],
    ['owner', ['ann', 'bob']],
  ])
  assert.deepEqual(await query({ MetadataList: [{ MetadataKey: 'class' }] }), [['class', ['pii']]])
  await assert.rejects(
    glue.send(new PutSchemaVersionMetadataCommand(pair('owner', 'ann'))),
    named('AlreadyExistsException'),
  )
  await glue.send(new RemoveSchemaVersionMetadataCommand(pair('owner', 'ann')))
  assert.deepEqual(await query({ MetadataList: [{ MetadataKey: 'owner' }] }), [['owner', ['bob']]])
  await assert.rejects(
    glue.send(new RemoveSchemaVersionMetadataCommand(pair('owner', 'ann'))),
    notFound,
  )
})

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html
test('access is asked of the registry and the schema', async () => {
  const { SchemaId } = await make('NONE', id)
  const { SchemaId: other } = await make('NONE', id)
  const iam = lake.client(IAMClient)
  const UserName = 'producer'
  await iam.send(new CreateUserCommand({ UserName }))
  const base = `arn:aws:glue:us-east-1:${lake.accountId}`
  const statement = {
    Effect: 'Allow',
    Action: 'glue:GetSchema',
    Resource: [
      `${base}:registry/default-registry`,
      `${base}:schema/default-registry/${SchemaId.SchemaName}`,
    ],
  }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const user = new GlueClient({
    region: 'us-east-1',
    endpoint: lake.endpoint,
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  })
  const SchemaArn = `${base}:schema/default-registry/${SchemaId.SchemaName}`
  await user.send(new GetSchemaCommand({ SchemaId }))
  await user.send(new GetSchemaCommand({ SchemaId: { SchemaArn } }))
  const denied = named('AccessDeniedException')
  await assert.rejects(user.send(new GetSchemaCommand({ SchemaId: other })), denied)
  await assert.rejects(user.send(new DeleteSchemaCommand({ SchemaId })), denied)
  user.destroy()
})
