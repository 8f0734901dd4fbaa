export { cleanExpired } from './clean-expired.ts'
export { MaintenanceErrors } from './errors.ts'
export { expireSnapshots } from './expire-snapshots.ts'
export { migrations } from './migrations.ts'
export { removeOrphanFiles } from './orphan-files.ts'
export type { MaintenanceParts } from './parts.ts'
export { type Retention } from './retention.ts'
export { rewriteDeletes, type DeletesRewritten } from './deletes/rewrite-deletes.ts'
export { createProcedures, type Procedure, type Procedures } from './procedures.ts'
export { writeTableStatistics, type StatisticsWritten } from './statistics/table-statistics.ts'
export { rewriteManifests } from './rewrite-manifests.ts'
export { compact, type Compacted } from './compaction/compact.ts'
export type { CompactionOptions } from './compaction/choose-files.ts'
export {
  createOptimizers,
  optimizerTypes,
  type Optimizer,
  type OptimizerConfiguration,
  type OptimizerType,
  type Optimizers,
} from './optimizers.ts'
export { createMaintenance, type Maintenance } from './runner.ts'
export type { MaintenanceRun } from './runs.ts'
