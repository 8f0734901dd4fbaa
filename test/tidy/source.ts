import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { blankComments, blankStrings } from './blank.ts'

export const root = join(import.meta.dirname, '..', '..')

export interface Import {
  readonly specifier: string
  readonly line: number
  /** `type` imports are erased; `dynamic` ones are loaded when they are reached. */
  readonly kind: 'static' | 'type' | 'dynamic'
}

/** A file of the source as a rule sees it. */
export interface SourceFile {
  /** From the root of the checkout, with slashes: `src/kit/clock.ts`. */
  readonly path: string
  readonly text: string
  /** The text with comments and the contents of strings blanked; the same lines. */
  readonly code: string
  readonly imports: readonly Import[]
}

/** A rule returns what breaks it, one line each: `src/kit/clock.ts:12: what, and what to do`. */
export type Rule = (files: readonly SourceFile[]) => string[]

/** Parses a text as if it stood at `path`: what the self-tests of the rules are made of. */
export function sourceFile(path: string, text: string): SourceFile {
  const withoutComments = blankComments(text)
  return {
    path,
    text,
    code: blankStrings(withoutComments),
    imports: importsOf(withoutComments),
  }
}

export function loadSources(...patterns: readonly string[]): SourceFile[] {
  return globSync(patterns, { cwd: root })
    .toSorted()
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')))
}

export function isTest(file: SourceFile): boolean {
  return /\.(test|contract|fixture)\.ts$/.test(file.path)
}

/** One message per place where the pattern stands in the code (not in comments or strings). */
export function findInCode(
  files: readonly SourceFile[],
  pattern: RegExp,
  message: string,
): string[] {
  return files.flatMap((file) =>
    [...file.code.matchAll(pattern)].map(
      (match) => `${file.path}:${lineAt(file.code, match.index)}: ${message}`,
    ),
  )
}

/** Parts of the program around the layers: they see what they need of each. */
export const serverParts: ReadonlySet<string> = new Set(['config', 'cli', 'admin'])

/**
 * The module a path belongs to: `kit`, `config`, `storage/objects`, `ingestion/api/kinesis`; the
 * files beside them in `src` (main, server) and `src/lake` are `root`.
 */
export function moduleOf(path: string): string {
  const [, layer, module, service] = path.split('/')
  if (layer === undefined || layer === 'lake' || layer.endsWith('.ts')) return 'root'
  if (layer === 'kit' || serverParts.has(layer)) return layer
  if (module === 'api' && service !== undefined) return `${layer}/api/${service}`
  return module === undefined || module.endsWith('.ts') ? layer : `${layer}/${module}`
}

/** The path in `src` that an import of ours means, or undefined for a package or a built-in. */
export function resolveImport(file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}/index.ts`
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file.path), specifier)
  return undefined
}

function importsOf(text: string): Import[] {
  const found: Import[] = []
  const add = (kind: Import['kind'], specifier: string, index: number) =>
    found.push({ kind, specifier, line: lineAt(text, index) })
  for (const match of text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[\w\s,*{}$]*?)\bfrom\s+['"]([^'"]+)['"]/gm,
  )) {
    add(match[1] ? 'type' : 'static', match[2]!, match.index)
  }
  for (const match of text.matchAll(/^import\s+['"]([^'"]+)['"]/gm)) {
    add('static', match[1]!, match.index)
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    add('dynamic', match[1]!, match.index)
  }
  return found
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
