import { readClient, operationName } from './schema.ts'
import type { Operation } from './operation.ts'
import type { BoundService, ServiceDefinition } from './service.ts'
import type { Member, OperationSchema, ServiceSchema } from './shape.ts'
import { compileValidator, type Validator } from './validate.ts'
import { restRouter, type RestRouter } from './http-binding/route.ts'

/** One operation, with all that can be worked out before a request comes. */
export interface OperationPlan {
  readonly name: string
  readonly schema: OperationSchema
  /** `kinesis:PutRecord`. */
  readonly action: string
  /** Undefined when it is known and not built. */
  readonly operation?: Operation<unknown>
  readonly validate: Validator
  /** Whether a member of the input is streamed. */
  readonly streams: boolean
  /** The output's member that is a stream of events, if any. */
  readonly emits?: Member
}

export interface ServicePlan {
  readonly definition: ServiceDefinition<unknown>
  readonly context: object
  readonly schema: ServiceSchema
  readonly operations: ReadonlyMap<string, OperationPlan>
  /** For the REST protocols. */
  readonly router?: RestRouter
}

/** Loads what is heavy of a service: the SDK's schemas and the operations. */
export async function loadPlan(bound: BoundService): Promise<ServicePlan> {
  const { definition } = bound
  const [client, built] = await Promise.all([definition.client(), definition.operations()])
  const schema = readClient(client)
  for (const [name, operation] of Object.entries(built)) {
    const wireName = operationName(operation.schema)
    if (wireName !== name) {
      throw new Error(`${definition.name}: the operation ${wireName} is listed as ${name}`)
    }
    if (!schema.operations.has(name)) {
      throw new Error(`${definition.name}: the SDK client has no operation ${name}`)
    }
  }
  const operations = new Map<string, OperationPlan>()
  for (const operation of schema.operations.values()) {
    operations.set(operation.name, planOf(operation, definition, built[operation.name]))
  }
  const isRest = definition.protocols[0] === 'restXml' || definition.protocols[0] === 'restJson1'
  return {
    definition,
    context: (bound.context ?? {}) as object,
    schema,
    operations,
    router: isRest ? restRouter([...schema.operations.values()]) : undefined,
  }
}

function planOf(
  schema: OperationSchema,
  definition: ServiceDefinition<unknown>,
  operation: Operation<unknown> | undefined,
): OperationPlan {
  return {
    name: schema.name,
    schema,
    action: definition.action?.(schema.name) ?? `${definition.name}:${schema.name}`,
    operation,
    validate: compileValidator(schema.input, definition.limits ?? {}),
    streams:
      schema.input?.members.some((member) => member.streaming || member.eventStream) ?? false,
    emits: schema.output?.members.find((member) => member.eventStream),
  }
}
