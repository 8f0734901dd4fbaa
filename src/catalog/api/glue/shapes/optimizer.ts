import type {
  TableOptimizer,
  TableOptimizerConfiguration,
  TableOptimizerRun,
} from '@aws-sdk/client-glue'
import {
  optimizerTypes,
  type MaintenanceRun,
  type Optimizer,
  type OptimizerConfiguration,
  type OptimizerType,
} from '#processing/maintenance'
import { AwsError } from '#protocol/aws'
import { compact } from './compact.ts'

/** Errors: `InvalidInputException`. */
export function optimizerType(type: string | undefined): OptimizerType {
  const known = optimizerTypes.find((name) => name === type)
  if (known) return known
  throw new AwsError({
    name: 'InvalidInputException',
    message: `Unknown table optimizer type: ${type}`,
  })
}

export function fromConfiguration(
  given: TableOptimizerConfiguration | undefined,
): OptimizerConfiguration {
  const compaction = given?.compactionConfiguration?.icebergConfiguration
  const retention = given?.retentionConfiguration?.icebergConfiguration
  const orphans = given?.orphanFileDeletionConfiguration?.icebergConfiguration
  return compact<OptimizerConfiguration>({
    roleArn: given?.roleArn,
    enabled: given?.enabled ?? true,
    compaction: compaction && {
      strategy: compaction.strategy ?? 'binpack',
      minInputFiles: compaction.minInputFiles,
      deleteFileThreshold: compaction.deleteFileThreshold,
    },
    retention: retention && {
      periodDays: retention.snapshotRetentionPeriodInDays,
      snapshotsMin: retention.numberOfSnapshotsToRetain,
      cleanExpiredFiles: retention.cleanExpiredFiles,
      runRateHours: retention.runRateInHours,
    },
    orphans: orphans && {
      periodDays: orphans.orphanFileRetentionPeriodInDays,
      location: orphans.location,
      runRateHours: orphans.runRateInHours,
    },
  })
}

export function toOptimizer({ type, configuration, lastRun }: Optimizer): TableOptimizer {
  const { compaction, retention, orphans } = configuration
  return compact<TableOptimizer>({
    type,
    configurationSource: 'table',
    configuration: compact<TableOptimizerConfiguration>({
      roleArn: configuration.roleArn,
      enabled: configuration.enabled,
      compactionConfiguration: compaction && { icebergConfiguration: compaction },
      retentionConfiguration: retention && {
        icebergConfiguration: {
          snapshotRetentionPeriodInDays: retention.periodDays,
          numberOfSnapshotsToRetain: retention.snapshotsMin,
          cleanExpiredFiles: retention.cleanExpiredFiles,
          runRateInHours: retention.runRateHours,
        },
      },
      orphanFileDeletionConfiguration: orphans && {
        icebergConfiguration: {
          orphanFileRetentionPeriodInDays: orphans.periodDays,
          location: orphans.location,
          runRateInHours: orphans.runRateHours,
        },
      },
    }),
    lastRun: lastRun && toRun(type, lastRun),
  })
}

/** There are no DPUs: nothing is said of them. */
export function toRun(type: OptimizerType, run: MaintenanceRun): TableOptimizerRun {
  const hours = (run.endedMs - run.startedMs) / 3_600_000
  const { metrics } = run
  return compact<TableOptimizerRun>({
    eventType: run.error === undefined ? 'completed' : 'failed',
    startTimestamp: new Date(run.startedMs),
    endTimestamp: new Date(run.endedMs),
    error: run.error,
    compactionStrategy: type === 'compaction' ? 'binpack' : undefined,
    compactionMetrics:
      type === 'compaction'
        ? {
            IcebergMetrics: {
              NumberOfBytesCompacted: metrics['bytesRewritten'] ?? 0,
              NumberOfFilesCompacted: metrics['filesRewritten'] ?? 0,
              JobDurationInHour: hours,
            },
          }
        : undefined,
    retentionMetrics:
      type === 'retention' ? { IcebergMetrics: { JobDurationInHour: hours } } : undefined,
    orphanFileDeletionMetrics:
      type === 'orphan_file_deletion'
        ? {
            IcebergMetrics: {
              NumberOfOrphanFilesDeleted: metrics['orphans'] ?? 0,
              JobDurationInHour: hours,
            },
          }
        : undefined,
  })
}
