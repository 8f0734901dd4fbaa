import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import type { Measure } from '#platform/telemetry'
import { createCodeStore, type CodeStore } from './code/code-store.ts'
import { createInvoke, invokerOf, type FunctionInvoker, type Invoke } from './invoke.ts'
import { EventQueue } from './events/event-queue.ts'
import type { DestinationParts } from './destinations.ts'
import { parseFunctionArn } from './names.ts'
import { createAliases, type Aliases } from './registry/aliases.ts'
import { createEventConfigs, type EventConfigs } from './registry/event-configs.ts'
import { createLayers, type Layers } from './registry/layers.ts'
import { findEntry } from './registry/lookups.ts'
import { createRegistry, type Registry } from './registry/manage.ts'
import type { RegistryParts } from './registry/parts.ts'
import { functionMeter } from './measure.ts'
import { mappingFilters, type FilterKeys, type MappingFilters } from './mappings/filters.ts'
import { createMappings, type Mappings, type MappingsOptions } from './mappings/mappings.ts'
import { createPolicies, type Policies } from './registry/policies.ts'
import { createFunctionUrls, type FunctionUrls } from './registry/urls.ts'
import { createVersions, type Versions } from './registry/versions.ts'
import { FunctionRunner, type FunctionRunnerOptions } from './runtime/function-runner.ts'
import { cleanUp } from './runtime/isolation.ts'
import { tablesOf } from './tables.ts'
import {
  functionVariables,
  type FunctionVariables,
  type VariableKeys,
  type VariableSealer,
} from './variables.ts'

export interface FunctionsOptions
  extends
    Pick<RegistryParts, 'mayAssume'>,
    Pick<FunctionRunnerOptions, 'endpoint' | 'caBundle' | 'assumeRole' | 'writeLog'>,
    Pick<DestinationParts, 'putObject'>,
    Pick<MappingsOptions, 'streams' | 'streamLog' | 'roleOf' | 'mayDecrypt'> {
  readonly database: Database
  /** For zip files. */
  readonly folder: string
  /** What functions must not see: everything of the server's. */
  readonly dataFolder: string
  readonly clock: Clock
  readonly logger: Logger
  readonly background: Background
  /** Processes of all functions together. */
  readonly processesMax: number
  /** Keeps environment variables unreadable at rest. */
  readonly sealer: VariableSealer
  /** For functions with a KMS key. */
  readonly keys: VariableKeys
  /** For mappings with a KMS key. */
  readonly filterKeys: FilterKeys
  readonly measure?: Measure
}

/** Functions: code with a name, run in processes of its own when somebody asks. Whatever resolves is durable. Errors: `FunctionErrors`. */
export interface Functions extends Registry, FunctionInvoker, AsyncDisposable {
  readonly versions: Versions
  readonly aliases: Aliases
  readonly policies: Policies
  readonly eventConfigs: EventConfigs
  readonly layers: Layers
  readonly mappings: Mappings
  readonly urls: FunctionUrls
  /** How environment variables are kept. */
  readonly variables: FunctionVariables
  /** How filters of mappings are kept. */
  readonly filters: MappingFilters
  /** For callers who do not wait. */
  readonly events: Pick<EventQueue, 'put'>
  readonly code: Pick<CodeStore, 'read'>
  /** Runs a function and waits for its answer. Errors as of `invokeArn`. */
  readonly invoke: Invoke
  /** Ends all processes. */
  close(): Promise<void>
}

export async function createFunctions(options: FunctionsOptions): Promise<Functions> {
  const { database, clock } = options
  const codeFolder = join(options.folder, 'code')
  await mkdir(codeFolder, { recursive: true, mode: 0o700 })
  const code = createCodeStore(codeFolder, clock)
  const notePath = join(options.folder, 'run-folder')
  await cleanUp(notePath)
  const variables = functionVariables(options.sealer, options.keys)
  const runner = new FunctionRunner({ ...options, code, notePath, variables, log: options.logger })
  const parts: RegistryParts = {
    database,
    clock,
    code,
    mayAssume: options.mayAssume,
    retire: (isStale) => runner.retire(isStale),
  }
  const meter = functionMeter(options.measure ?? (() => {}))
  const invoke = createInvoke(database, runner, meter)
  const destinations: DestinationParts = {
    assumeRole: options.roleOf,
    putObject: options.putObject,
    functionId: async (arn) => {
      const named = parseFunctionArn(arn)
      return named && (await findEntry(tablesOf(database), named))?.id
    },
    nowMs: () => clock.now(),
  }
  const events = new EventQueue({
    database,
    clock,
    log: options.logger,
    invoke,
    meter,
    destinations,
    concurrencyMax: Math.max(1, Math.floor(options.processesMax / 2)),
  })
  const filters = mappingFilters(options.filterKeys)
  const mappings = await createMappings({
    ...options,
    filters,
    log: options.logger,
    invoke,
    meter,
    destinations,
  })
  void options.background.spawn('function events', (signal) => events.run(signal))
  options.background.every('function code', 3_600_000, () =>
    code.sweep((codeId) => isUsed(database, codeId)),
  )
  const close = () => runner.close()
  return {
    ...createRegistry(parts),
    ...invokerOf(invoke),
    versions: createVersions(parts),
    aliases: createAliases(parts),
    policies: createPolicies(parts),
    eventConfigs: createEventConfigs(parts),
    layers: createLayers(parts),
    events,
    mappings,
    urls: createFunctionUrls(parts),
    variables,
    filters,
    code,
    invoke,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Versions name the code of their layers too, also of layers that are gone. */
async function isUsed(database: Database, codeId: string): Promise<boolean> {
  const db = tablesOf(database)
  for (const table of ['functions_versions', 'functions_layers'] as const) {
    const row = await db
      .selectFrom(table)
      .select('config')
      .where('config', 'like', `%"${codeId}"%`)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}
