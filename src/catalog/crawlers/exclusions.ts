import { CrawlerErrors } from './errors.ts'

/**
 * A glob of Glue's: `*` and `?` within a folder, `**` across folders, `[a-c]`, `[!a]`, `{a,b}`, `\x`.
 * https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
 */
export function compileGlob(glob: string): RegExp {
  let source = ''
  let depth = 0
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at]!
    if (char === '*') {
      const across = glob[at + 1] === '*'
      // Neighbouring stars mean what one of them means; apart they would only cost time.
      while (glob[at + 1] === '*') at++
      source += across ? '.*' : '[^/]*'
    } else if (char === '?') source += '[^/]'
    else if (char === '{') {
      source += '(?:'
      depth++
    } else if (char === '}' && depth > 0) {
      source += ')'
      depth--
    } else if (char === ',' && depth > 0) source += '|'
    else if (char === '[') {
      const end = glob.indexOf(']', at + 1)
      if (end < 0) throw invalid(glob)
      const body = glob
        .slice(at + 1, end)
        .replaceAll('\\', '\\\\')
        .replaceAll('[', '\\[')
      source += `(?!/)[${body.replace(/^!/, '^')}]`
      at = end
    } else if (char === '\\' && at + 1 < glob.length) source += literal(glob[++at]!)
    else source += literal(char)
  }
  if (depth > 0 || (source.match(/\*/g)?.length ?? 0) > 8) throw invalid(glob)
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    throw invalid(glob)
  }
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
}

function invalid(glob: string): Error {
  return CrawlerErrors.InvalidCrawler(`'${glob}' is not a valid exclusion pattern.`)
}
