export { hiveType, isIcebergTable, metadataLocationOf } from './catalog-record.ts'
export { createIcebergTables, type IcebergParts } from './create-iceberg-tables.ts'
export { TableErrors } from './errors.ts'
export { guardedTables } from './guarded-tables.ts'
export { currentSchema, defaultSpec, formatTableMetadata } from './format/metadata.ts'
export { parsePrimitive, type Primitive } from './format/primitives.ts'
export { isCreation } from './format/requirements.ts'
export { indexFields, type IndexedField } from './format/schema.ts'
export { parseTransform, resultType, type Transform } from './format/transforms.ts'
export type {
  ListType,
  MapType,
  PartitionSpec,
  Schema,
  Snapshot,
  SnapshotRef,
  SortOrder,
  StructField,
  StructType,
  TableMetadata,
  Type,
} from './format/types.ts'
export type {
  CommitOptions,
  CommittedTable,
  CreateTableInput,
  IcebergTables,
  LoadedTable,
  TableChange,
} from './iceberg-tables.ts'
export {
  addedLocations,
  addedLocationsProperty,
  dataFolder,
  metadataFolder,
  folderLocation,
  parseLocation,
  type ObjectLocation,
} from './location.ts'
export { migrations } from './migrations.ts'
export { purgeDropped, type PurgeParts } from './purging.ts'
export { anyRow, parseFilter, type Filter, type Test } from './scan/filter.ts'
export { literalOf } from './scan/literals.ts'
export type { ContentFile } from './scan/manifest.ts'
export { ManifestCache } from './scan/manifest-source.ts'
export {
  chooseSnapshot,
  planAppends,
  planScan,
  snapshotsBetween,
  type ManifestSource,
  type PlannedDeletes,
  type PlannedFile,
  type ScanPlan,
  type SnapshotChoice,
} from './scan/plan.ts'
export {
  createTableFiles,
  metadataEtag,
  type MetadataFile,
  type TableFiles,
} from './table-files.ts'
export {
  AnsweredRequests,
  fingerprintOf,
  requestKeyLifetimeMs,
} from './requests/answered-requests.ts'
export { bindSpec, type BoundPartitionField } from './scan/partitions.ts'
export { cherryPick } from './procedures/cherry-pick.ts'
export { moveBranch, type BranchMove, type Moved } from './procedures/move-branch.ts'
export { partitionValues } from './snapshots/as-new-file.ts'
export { TableReports, type ReportKind } from './reports/table-reports.ts'
export { transformValue } from './scan/transform-value.ts'
export { compareValues, fromAvro, fromBytes, type Value } from './scan/values.ts'
export type {
  FileMetrics,
  NewFile,
  OldFile,
  OnCommit,
  SnapshotChange,
  SnapshotInput,
} from './snapshots/snapshot-change.ts'
export { readBlob, readPuffin, writePuffin } from './puffin/puffin-file.ts'
export {
  estimateOf,
  readThetaSketch,
  sketchOf,
  sketchSize,
  thetaBlobType,
  unionOf,
  writeThetaSketch,
  type ThetaSketch,
} from './puffin/theta-sketch.ts'
export {
  readDeletionVector,
  writeDeletionVectors,
  type DeletionVector,
  type PlacedVector,
} from './puffin/deletion-vector.ts'
export {
  createIcebergViews,
  type CreateViewInput,
  type IcebergViews,
  type LoadedView,
} from './views/iceberg-views.ts'
export { viewSqlOf, type ViewSql } from './views/view-record.ts'
export { formatViewMetadata, type ViewMetadata } from './views/view-metadata.ts'
export { jsonOfValue, partitionJson } from './scan/json-value.ts'
