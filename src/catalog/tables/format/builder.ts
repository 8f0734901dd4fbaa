import { TableErrors } from '../errors.ts'
import { checkedVersion, emptyMetadata } from './empty-metadata.ts'
import { checkSnapshotTime, metadataLogOf, nextRowId, snapshotLogOf } from './history.ts'
import { checkParts } from './metadata.ts'
import {
  checkSortOrder,
  checkSpec,
  numberFields,
  sameSortOrder,
  sameSpec,
  type UnboundSpec,
} from './partitioning.ts'
import { compact } from './reading.ts'
import { snapshotById, withSnapshot } from './snapshot-index.ts'
import { checkTypes, highestFieldId, sameSchema } from './schema.ts'
import {
  mainBranch,
  type PartitionStatisticsFile,
  type Schema,
  type Snapshot,
  type SnapshotRef,
  type SortOrder,
  type StatisticsFile,
  type TableMetadata,
  type TextMap,
} from './types.ts'

/** Means: the one that was added last in this commit. */
const lastAdded = -1

type State = { -readonly [K in keyof TableMetadata]: TableMetadata[K] }

export interface BuilderContext {
  readonly nowMs: number
  /** For a table that is made. */
  readonly uuid: string
  /** Where the metadata lies that the changes start from; undefined for a table that is made. */
  readonly previousFile: string | undefined
}

/**
 * Applies changes one by one to the metadata of a table, as the reference implementation does
 * (`TableMetadata.Builder` of Apache Iceberg). Errors: `InvalidMetadata`.
 */
export class MetadataBuilder {
  readonly #base: TableMetadata | undefined
  readonly #context: BuilderContext
  readonly #state: State
  readonly #added = new Set<bigint>()
  readonly #setToMain = new Set<bigint>()
  #lastSchemaId: number | undefined
  #lastSpecId: number | undefined
  #lastOrderId: number | undefined
  #hasRemoved = false
  #updatedMs: number | undefined
  #changed = false

  constructor(base: TableMetadata | undefined, formatVersion: number, context: BuilderContext) {
    this.#base = base
    this.#context = context
    this.#state = base ? { ...base } : { ...emptyMetadata(checkedVersion(formatVersion), context) }
    this.#changed = base === undefined
  }

  assignUuid(uuid: string): void {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) invalid(`Invalid UUID: ${uuid}`)
    if (this.#base && uuid.toLowerCase() !== this.#base['table-uuid'].toLowerCase()) {
      invalid(`Cannot reassign uuid: ${this.#base['table-uuid']} to ${uuid}`)
    }
    this.#state['table-uuid'] = uuid
  }

  upgradeFormat(version: number): void {
    const before = this.#state['format-version']
    const after = checkedVersion(version)
    if (after < before) invalid(`Cannot downgrade v${before} table to v${after}`)
    if (after === before) return
    this.#state['format-version'] = after
    if (after === 3) this.#state['next-row-id'] ??= 0
    this.#changed = true
  }

  addSchema(schema: Schema, givenLastColumnId: number | undefined): void {
    const state = this.#state
    checkTypes(schema, state['format-version'])
    const lastColumnId = Math.max(
      state['last-column-id'],
      highestFieldId(schema),
      givenLastColumnId ?? 0,
    )
    const same = state.schemas.find((other) => sameSchema(other, schema))
    if (same && lastColumnId === state['last-column-id']) {
      this.#lastSchemaId = same['schema-id']
      return
    }
    state['last-column-id'] = lastColumnId
    const id = same?.['schema-id'] ?? nextId(state.schemas.map((other) => other['schema-id']))
    if (!same) state.schemas = [...state.schemas, { ...schema, 'schema-id': id }]
    this.#lastSchemaId = id
    this.#changed = true
  }

  setCurrentSchema(given: number): void {
    const id = given === lastAdded ? this.#lastSchemaId : given
    if (id === undefined) invalid('Cannot set last added schema: no schema has been added')
    if (!this.#state.schemas.some((schema) => schema['schema-id'] === id)) {
      invalid(`Cannot set current schema to unknown schema: ${id}`)
    }
    if (this.#state['current-schema-id'] === id) return
    this.#state['current-schema-id'] = id
    this.#changed = true
  }

  addSpec(spec: UnboundSpec): void {
    const state = this.#state
    const specs = state['partition-specs']
    const same = specs.find((other) => sameSpec(other, spec))
    if (same) {
      this.#lastSpecId = same['spec-id']
      return
    }
    checkSpec(spec, this.#currentSchema())
    const fields = numberFields(spec, specs, state['last-partition-id'])
    const id = nextId(specs.map((other) => other['spec-id']))
    state['last-partition-id'] = Math.max(
      state['last-partition-id'],
      ...fields.map((field) => field['field-id']),
    )
    state['partition-specs'] = [...specs, { 'spec-id': id, fields }]
    this.#lastSpecId = id
    this.#changed = true
  }

  setDefaultSpec(given: number): void {
    const id = given === lastAdded ? this.#lastSpecId : given
    if (id === undefined) invalid('Cannot set last added spec: no spec has been added')
    if (!this.#state['partition-specs'].some((spec) => spec['spec-id'] === id)) {
      invalid(`Cannot set default spec to unknown spec: ${id}`)
    }
    if (this.#state['default-spec-id'] === id) return
    this.#state['default-spec-id'] = id
    this.#changed = true
  }

  addSortOrder(order: SortOrder): void {
    const state = this.#state
    const orders = state['sort-orders']
    const same = orders.find((other) => sameSortOrder(other, order))
    if (same) {
      this.#lastOrderId = same['order-id']
      return
    }
    checkSortOrder(order, this.#currentSchema())
    // 0 is the order of what is not sorted, and no other's.
    const id =
      order.fields.length === 0 ? 0 : Math.max(1, nextId(orders.map((other) => other['order-id'])))
    state['sort-orders'] = [...orders, { 'order-id': id, fields: order.fields }]
    this.#lastOrderId = id
    this.#changed = true
  }

  setDefaultSortOrder(given: number): void {
    const id = given === lastAdded ? this.#lastOrderId : given
    if (id === undefined) invalid('Cannot set last added sort order: no sort order has been added')
    if (!this.#state['sort-orders'].some((order) => order['order-id'] === id)) {
      invalid(`Cannot set default sort order to unknown order: ${id}`)
    }
    if (this.#state['default-sort-order-id'] === id) return
    this.#state['default-sort-order-id'] = id
    this.#changed = true
  }

  addSnapshot(snapshot: Snapshot): void {
    const state = this.#state
    const id = snapshot['snapshot-id']
    if (state.schemas.length === 0) invalid('Attempting to add a snapshot before a schema is added')
    if (state['partition-specs'].length === 0) {
      invalid('Attempting to add a snapshot before a partition spec is added')
    }
    if (state['sort-orders'].length === 0) {
      invalid('Attempting to add a snapshot before a sort order is added')
    }
    if (this.#snapshot(id)) invalid(`Snapshot already exists for id: ${id}`)
    const isFirst = snapshot['parent-snapshot-id'] === undefined
    if (
      state['format-version'] > 1 &&
      !isFirst &&
      snapshot['sequence-number'] <= state['last-sequence-number']
    ) {
      // The same as a lost race: another commit took the number.
      throw TableErrors.CommitFailed(
        `Cannot add snapshot with sequence number ${snapshot['sequence-number']} older than last sequence number ${state['last-sequence-number']}`,
      )
    }
    checkSnapshotTime(snapshot['timestamp-ms'], state, this.#base)
    if (state['format-version'] >= 3) {
      state['next-row-id'] = nextRowId(snapshot, state['next-row-id'] ?? 0)
    }
    this.#updatedMs = snapshot['timestamp-ms']
    state['last-sequence-number'] = Math.max(
      state['last-sequence-number'],
      snapshot['sequence-number'],
    )
    state.snapshots = withSnapshot(state.snapshots, snapshot)
    this.#added.add(id)
    this.#changed = true
  }

  setRef(name: string, ref: SnapshotRef): void {
    const state = this.#state
    if (name === '') invalid('Invalid ref name: empty')
    if (name === mainBranch && ref.type !== 'branch') invalid('main must be a branch')
    const before = this.#ref(name)
    if (before && sameRef(before, ref)) return
    const id = ref['snapshot-id']
    const snapshot = this.#snapshot(id)
    if (!snapshot) invalid(`Cannot set ${name} to unknown snapshot: ${id}`)
    if (this.#added.has(id)) this.#updatedMs = snapshot['timestamp-ms']
    if (name === mainBranch) {
      state['current-snapshot-id'] = id
      this.#updatedMs ??= this.#context.nowMs
      const entry = { 'snapshot-id': id, 'timestamp-ms': this.#updatedMs }
      state['snapshot-log'] = [...state['snapshot-log'], entry]
      this.#setToMain.add(id)
    }
    state.refs = { ...state.refs, [name]: ref }
    this.#changed = true
  }

  removeRef(name: string): void {
    const state = this.#state
    if (name === mainBranch) state['current-snapshot-id'] = undefined
    if (!this.#ref(name)) return
    const { [name]: _, ...refs } = state.refs
    state.refs = refs
    this.#changed = true
  }

  removeSnapshots(ids: readonly bigint[]): void {
    const state = this.#state
    const removed = new Set(ids)
    const kept = state.snapshots.filter((snapshot) => !removed.has(snapshot['snapshot-id']))
    if (kept.length === state.snapshots.length) return
    state.snapshots = kept
    for (const id of removed) {
      this.removeStatistics(id)
      this.removePartitionStatistics(id)
    }
    for (const [name, ref] of Object.entries(state.refs)) {
      if (removed.has(ref['snapshot-id'])) this.removeRef(name)
    }
    this.#hasRemoved = true
    this.#changed = true
  }

  setLocation(location: string): void {
    if (this.#state.location === location) return
    this.#state.location = location
    this.#changed = true
  }

  setProperties(updates: TextMap): void {
    if (Object.keys(updates).length === 0) return
    const { 'format-version': version, ...properties } = updates
    // No property of the table's: a word for its format, as in Iceberg's own `updateProperties`.
    if (version !== undefined) this.upgradeFormat(Number(version))
    this.#state.properties = { ...this.#state.properties, ...properties }
    this.#changed = true
  }

  removeProperties(names: readonly string[]): void {
    if (names.length === 0) return
    const removed = new Set(names)
    this.#state.properties = Object.fromEntries(
      Object.entries(this.#state.properties).filter(([name]) => !removed.has(name)),
    )
    this.#changed = true
  }

  setStatistics(file: StatisticsFile): void {
    this.removeStatistics(file['snapshot-id'])
    this.#state.statistics = [...this.#state.statistics, file]
    this.#changed = true
  }

  removeStatistics(snapshotId: bigint): void {
    const { statistics } = this.#state
    const kept = statistics.filter((file) => file['snapshot-id'] !== snapshotId)
    if (kept.length === statistics.length) return
    this.#state.statistics = kept
    this.#changed = true
  }

  setPartitionStatistics(file: PartitionStatisticsFile): void {
    this.removePartitionStatistics(file['snapshot-id'])
    this.#state['partition-statistics'] = [...this.#state['partition-statistics'], file]
    this.#changed = true
  }

  removePartitionStatistics(snapshotId: bigint): void {
    const before = this.#state['partition-statistics']
    const kept = before.filter((file) => file['snapshot-id'] !== snapshotId)
    if (kept.length === before.length) return
    this.#state['partition-statistics'] = kept
    this.#changed = true
  }

  removeSpecs(ids: readonly number[]): void {
    if (ids.includes(this.#state['default-spec-id'])) {
      invalid('Cannot remove the default partition spec')
    }
    const before = this.#state['partition-specs']
    this.#state['partition-specs'] = before.filter((spec) => !ids.includes(spec['spec-id']))
    if (this.#state['partition-specs'].length < before.length) this.#changed = true
  }

  removeSchemas(ids: readonly number[]): void {
    if (ids.includes(this.#state['current-schema-id'])) invalid('Cannot remove the current schema')
    const before = this.#state.schemas
    this.#state.schemas = before.filter((schema) => !ids.includes(schema['schema-id']))
    if (this.#state.schemas.length < before.length) this.#changed = true
  }

  /** The metadata with all changes, or the base itself when nothing changed. */
  build(): TableMetadata {
    const base = this.#base
    if (base && !this.#changed) return base
    const state = this.#state
    if (state.location === '') invalid('location is missing')
    state['last-updated-ms'] = this.#updatedMs ?? this.#context.nowMs
    const { previousFile } = this.#context
    if (base) state['metadata-log'] = metadataLogOf(base, previousFile, state.properties)
    state['snapshot-log'] = snapshotLogOf(state, {
      added: this.#added,
      setToMain: this.#setToMain,
      hasRemoved: this.#hasRemoved,
    })
    const metadata = compact<TableMetadata>(state)
    checkParts(metadata, (id) => this.#snapshot(id) !== undefined)
    // The columns that the table partitions and sorts by must still be there.
    checkSpec(
      metadata['partition-specs'].find((spec) => spec['spec-id'] === metadata['default-spec-id'])!,
      this.#currentSchema(),
    )
    checkSortOrder(
      metadata['sort-orders'].find(
        (order) => order['order-id'] === metadata['default-sort-order-id'],
      )!,
      this.#currentSchema(),
    )
    return metadata
  }

  #currentSchema(): Schema {
    const id = this.#state['current-schema-id']
    const schema = this.#state.schemas.find((other) => other['schema-id'] === id)
    return schema ?? invalid('Cannot use a schema before it is set as current')
  }

  #snapshot(id: bigint): Snapshot | undefined {
    return snapshotById(this.#state.snapshots, id)
  }

  #ref(name: string): SnapshotRef | undefined {
    return Object.hasOwn(this.#state.refs, name) ? this.#state.refs[name] : undefined
  }
}

function nextId(ids: readonly number[]): number {
  return Math.max(-1, ...ids) + 1
}

function sameRef(a: SnapshotRef, b: SnapshotRef): boolean {
  return (
    a['snapshot-id'] === b['snapshot-id'] &&
    a.type === b.type &&
    a['min-snapshots-to-keep'] === b['min-snapshots-to-keep'] &&
    a['max-snapshot-age-ms'] === b['max-snapshot-age-ms'] &&
    a['max-ref-age-ms'] === b['max-ref-age-ms']
  )
}

function invalid(message: string): never {
  throw TableErrors.InvalidMetadata(message)
}
