import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NormalizedSchema } from '@smithy/core/schema'
import { AwsError } from '#protocol/aws'
import { clientPackages, loadClient, type ClientUnderTest, type OperationTuple } from './clients.ts'
import { comparable } from './compare.ts'
import { exceptionOf } from './exceptions.ts'
import { generate, type GenerateOptions, type Variant } from './generate.ts'
import { decodeResponse, encodeRequest, loopback } from './loopback.ts'
import { protocolsOf, type ProtocolUnderTest } from './protocols.ts'

const variants: readonly Variant[] = ['full', 'sparse', 'edge']
const sparse: GenerateOptions = {
  variant: 'sparse',
  seed: 1,
  emptyCollections: false,
  payloads: true,
}

for (const packageName of clientPackages()) {
  const client = await loadClient(packageName)
  describe(`@aws-sdk/client-${packageName}`, () => {
    it('has operations and errors', () => {
      assert.ok(client.operations.length > 0)
      assert.ok(client.errors.length > 0)
    })
    for (const protocol of protocolsOf(client)) {
      describe(protocol.name, () => {
        it('decodes every input that the SDK encodes', () => inputs(client, protocol))
        it('encodes every output so that the SDK decodes it', () => outputs(client, protocol))
        it('encodes every modelled error so that the SDK throws it', () => errors(client, protocol))
      })
    }
  })
}

async function inputs(client: ClientUnderTest, protocol: ProtocolUnderTest): Promise<void> {
  const service = loopback(client, protocol.declared)
  await everyCase(client, protocol, 'input', async (tuple, value, label) => {
    service.seen.length = 0
    const events = eventsOf(outputOf(tuple), {})
    service.answer = () => (events ? { [events.name]: oneByOne([]) } : {})
    const request = await encodeRequest(client, protocol.client, tuple, value)
    const response = await service.handler(request)
    assert.equal(response.status < 300, true, `${label}: ${String(response.body)}`)
    const seen = service.seen[0]!
    assert.equal(seen.operation, tuple[2], label)
    dropFilled(protocol, inputOf(tuple), seen.input as Record<string, unknown>, value)
    assert.deepEqual(comparable(seen.input), comparable(value), label)
  })
}

async function outputs(client: ClientUnderTest, protocol: ProtocolUnderTest): Promise<void> {
  const service = loopback(client, protocol.declared)
  await everyCase(client, protocol, 'output', async (tuple, value, label) => {
    const events = eventsOf(outputOf(tuple), value)
    service.answer = () => (events ? { ...value, [events.name]: oneByOne(events.list) } : value)
    const input = generate(inputOf(tuple), sparse)
    const response = await service.handler(
      await encodeRequest(client, protocol.client, tuple, input),
    )
    const decoded = await decodeResponse(client, protocol.client, tuple, response)
    if (events) {
      value[events.name] = events.list
      const got: unknown[] = []
      for await (const event of decoded[events.name] as AsyncIterable<unknown>) got.push(event)
      decoded[events.name] = got
    }
    for (const [name, member] of outputOf(tuple).isUnitSchema()
      ? []
      : outputOf(tuple).structIterator()) {
      if (member.isStreaming() && !member.isStructSchema() && decoded[name]) {
        const body = decoded[name] as { transformToByteArray(): Promise<Uint8Array> }
        decoded[name] = Buffer.from(await body.transformToByteArray())
      }
    }
    dropFilled(protocol, outputOf(tuple), decoded, value)
    assert.deepEqual(comparable(decoded), comparable(value), label)
  })
}

/** One event of every kind, when an output has a stream of them; those that are errors would end it. */
function eventsOf(
  schema: NormalizedSchema,
  value: Record<string, unknown>,
): { readonly name: string; readonly list: unknown[] } | undefined {
  if (schema.isUnitSchema()) return undefined
  for (const [name, member] of schema.structIterator()) {
    if (!member.isStreaming() || !member.isStructSchema()) continue
    delete value[name]
    const kinds = [...member.structIterator()].filter(([, kind]) => !kind.getMergedTraits().error)
    const list = kinds.map(([kind, payload]) => ({
      [kind]: generate(payload, { ...sparse, variant: 'edge', seed: 3 }),
    }))
    assert.ok(list.length > 0, name)
    return { name, list }
  }
  return undefined
}

async function* oneByOne(events: readonly unknown[]): AsyncGenerator<unknown> {
  yield* events
}

function dropFilled(
  protocol: ProtocolUnderTest,
  schema: NormalizedSchema,
  got: Record<string, unknown>,
  given: Record<string, unknown>,
): void {
  for (const name of Object.keys(got)) {
    if (name in given) continue
    if (exceptionOf(protocol.name, 'filled', `${schema.getName()}.${name}`)) delete got[name]
  }
}

async function errors(client: ClientUnderTest, protocol: ProtocolUnderTest): Promise<void> {
  const service = loopback(client, protocol.declared)
  const tuple = client.operations.find((operation) => !isHead(operation))!
  const input = generate(inputOf(tuple), sparse)
  for (const schema of client.errors) {
    const name = schema.getName()!
    if (exceptionOf(protocol.name, 'error', name)) continue
    const fields = generate(schema, { ...sparse, variant: 'full', seed: 7 })
    const messageKey = Object.keys(fields).find((key) => key.toLowerCase() === 'message')
    if (messageKey) delete fields[messageKey]
    service.answer = () => {
      throw new AwsError({ name, message: 'It is so: <&"', fields })
    }
    const response = await service.handler(
      await encodeRequest(client, protocol.client, tuple, input),
    )
    const thrown = await decodeResponse(client, protocol.client, tuple, response).then(
      () => assert.fail(`${name} was not thrown`),
      (error: Record<string, unknown>) => error,
    )
    assert.equal(thrown['name'], name)
    assert.equal(thrown['message'], 'It is so: <&"', name)
    const { httpError, awsQueryError } = schema.getMergedTraits() as {
      httpError?: number
      awsQueryError?: [string, number]
    }
    const status = awsQueryError?.[1] ?? httpError
    if (status !== undefined) assert.equal(response.status, status, name)
    const got = Object.fromEntries(Object.keys(fields).map((key) => [key, thrown[key]]))
    assert.deepEqual(comparable(got), comparable(fields), name)
  }
}

async function everyCase(
  client: ClientUnderTest,
  protocol: ProtocolUnderTest,
  direction: 'input' | 'output',
  check: (tuple: OperationTuple, value: Record<string, unknown>, label: string) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  for (const [index, tuple] of client.operations.entries()) {
    if (exceptionOf(protocol.name, direction, tuple[2])) continue
    const schema = direction === 'input' ? inputOf(tuple) : outputOf(tuple)
    for (const [offset, variant] of variants.entries()) {
      const value = generate(schema, {
        variant,
        seed: 1 + index * variants.length + offset,
        emptyCollections: /Json1_|Cbor/.test(protocol.name),
        payloads: protocol.name === 'restJson1',
        fractions: protocol.name !== 'restXml',
        omit: (shape, member) =>
          exceptionOf(protocol.name, direction, `${shape}.${member}`) !== undefined,
      })
      const label = `${tuple[2]} ${direction} (${variant})`
      await check(tuple, value, label).catch((error: unknown) =>
        failures.push(new Error(label, { cause: error })),
      )
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} cases differ`)
}

function inputOf(tuple: OperationTuple): NormalizedSchema {
  return NormalizedSchema.of(tuple[4] as never)
}

function outputOf(tuple: OperationTuple): NormalizedSchema {
  return NormalizedSchema.of(tuple[5] as never)
}

function isHead([, , , traits]: OperationTuple): boolean {
  const http = (traits as { http?: readonly string[] } | 0 | undefined) || undefined
  return http?.http?.[0] === 'HEAD'
}
