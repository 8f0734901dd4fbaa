import type { Graph } from './graph.ts'

/**
 * Which module imports which: the map of the architecture. The source must match it exactly, so
 * that a new edge is a decision that a reader sees. `bin/node24 test/tidy/print-graph.ts` writes it anew.
 */
export const moduleGraph: Graph = {
  admin: ['kit', 'protocol/aws', 'protocol/http'],
  'catalog/api/glue': ['catalog/crawlers', 'catalog/metastore', 'kit', 'protocol/aws'],
  'catalog/crawlers': [
    'catalog/metastore',
    'kit',
    'platform/database',
    'platform/jobs',
    'processing/engine',
    'storage/objects',
  ],
  'catalog/metastore': ['kit', 'platform/database'],
  cli: ['admin', 'config', 'kit', 'platform/folder'],
  config: ['kit'],
  'consumption/sql': ['kit'],
  'governance/api/access': ['governance/identity', 'governance/keys', 'kit', 'protocol/aws'],
  'governance/api/iam': ['governance/identity', 'protocol/aws'],
  'governance/api/kms': ['governance/identity', 'governance/keys', 'kit', 'protocol/aws'],
  'governance/api/logs': ['governance/monitoring', 'kit', 'protocol/aws'],
  'governance/api/sts': ['governance/identity', 'protocol/aws'],
  'governance/identity': ['governance/keys', 'kit', 'platform/database'],
  'governance/keys': ['kit', 'platform/database'],
  'governance/monitoring': ['kit', 'platform/database'],
  'ingestion/api/kinesis': ['ingestion/streams', 'kit', 'protocol/aws'],
  'ingestion/streams': ['kit', 'platform/database'],
  kit: [],
  'platform/database': ['kit'],
  'platform/folder': ['kit'],
  'platform/jobs': ['kit'],
  'processing/engine': ['kit'],
  'protocol/aws': ['kit', 'protocol/http'],
  'protocol/http': ['kit'],
  'storage/api/s3': ['kit', 'protocol/aws', 'protocol/http', 'storage/objects'],
  'storage/objects': ['kit', 'platform/database'],
}
