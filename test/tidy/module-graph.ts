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
  'governance/api/logs': ['governance/monitoring', 'kit', 'protocol/aws'],
  'governance/identity': ['governance/keys', 'kit', 'platform/database'],
  'governance/keys': ['kit'],
  'governance/monitoring': ['kit', 'platform/database'],
  'ingestion/streams': ['kit', 'platform/database'],
  kit: [],
  'platform/database': ['kit'],
  'platform/folder': ['kit'],
  'platform/jobs': ['kit'],
  'processing/engine': ['kit'],
  'protocol/aws': ['kit', 'protocol/http'],
  'protocol/http': ['kit'],
  'storage/objects': ['kit', 'platform/database'],
}
