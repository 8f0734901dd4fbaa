import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

const invalid = (text: string) => new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)
const precision = 1e-15
const stepsMax = 10_000

/** Lanczos' approximation with Godfrey's coefficients: https://en.wikipedia.org/wiki/Lanczos_approximation */
const lanczosG = 607 / 128
const lanczos = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746,
  -0.4919138160976202, 0.00003399464998481189, 0.00004652362892704858, -0.00009837447530487956,
  0.0001580887032249125, -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639,
  0.00008441822398385275, -0.000026190838401581408, 0.0000036899182659531625,
]

function logGamma(x: number): number {
  let sum = 0
  for (let i = lanczos.length - 1; i > 0; i--) sum += lanczos[i]! / (x + i)
  sum += lanczos[0]!
  const t = x + lanczosG + 0.5
  return (x + 0.5) * Math.log(t) - t + 0.5 * Math.log(2 * Math.PI) + Math.log(sum / x)
}

/** A continued fraction b0 + a1/(b1 + a2/(b2 + …)) by Lentz: https://dlmf.nist.gov/3.10 */
function fraction(a: (n: number) => number, b: (n: number) => number): number {
  const tiny = 1e-50
  let [value, c, d] = [b(0) || tiny, b(0) || tiny, 0]
  for (let n = 1; n < stepsMax; n++) {
    d = b(n) + a(n) * d || tiny
    c = b(n) + a(n) / c || tiny
    d = 1 / d
    const step = c * d
    value *= step
    if (Math.abs(step - 1) < precision) break
  }
  return value
}

/** The share of the gamma function above x: https://dlmf.nist.gov/8.9 */
function gammaAbove(a: number, x: number): number {
  if (x === 0) return 1
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a))
  if (x >= a + 1) {
    return (
      scale /
      fraction(
        (n) => n * (a - n),
        (n) => 2 * n + 1 - a + x,
      )
    )
  }
  let [term, sum] = [1 / a, 1 / a]
  for (let n = 1; n < stepsMax && Math.abs(term / sum) > precision; n++) {
    term *= x / (a + n)
    sum += term
  }
  return 1 - scale * sum
}

function normalCdf(mean: number, deviation: number, value: number): number {
  if (!(deviation > 0)) throw invalid('standardDeviation must be > 0')
  const distance = value - mean
  if (Number.isNaN(distance)) return Number.NaN
  if (Math.abs(distance) > 40 * deviation) return distance < 0 ? 0 : 1
  const x = distance / (deviation * Math.SQRT2)
  const above = gammaAbove(0.5, x * x)
  return 0.5 * (x > 0 ? 2 - above : above)
}

/** Found between bounds by halves, then by Newton's steps. */
function inverseNormal(mean: number, deviation: number, p: number): number {
  if (!(deviation > 0)) throw invalid('sd must be > 0')
  if (!(p > 0 && p < 1)) throw invalid('p must be 0 > p > 1')
  // The side below the mean keeps its digits.
  const below = p <= 0.5 ? p : 1 - p
  let [low, high] = [-40, 0]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (normalCdf(0, 1, middle) < below) low = middle
    else high = middle
  }
  let z = below === 0.5 ? 0 : (low + high) / 2
  for (let step = 0; step < 3 && z !== 0; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    z -= (normalCdf(0, 1, z) - below) / density
  }
  return mean + deviation * (p <= 0.5 ? z : -z)
}

/** The regularized beta function: https://dlmf.nist.gov/8.17 */
function betaCdf(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0)) throw invalid('a, b must be > 0')
  if (!(x >= 0 && x <= 1)) throw invalid('value must be 0 >= v >= 1')
  if (x === 0 || x === 1) return x
  if (x > (a + 1) / (2 + b + a) && 1 - x <= (b + 1) / (2 + b + a)) return 1 - betaCdf(b, a, 1 - x)
  const part = (n: number) => {
    const m = n % 2 === 0 ? n / 2 : (n - 1) / 2
    if (n % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    return -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
  }
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
  const scale = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta)
  return scale / fraction(part, () => 1)
}

/** https://trino.io/docs/current/functions/math.html#probability-distribution-functions */
export const distributionFunctions: readonly EngineFunction[] = [
  engineFunction('trino_normal_cdf', ['double', 'double', 'double'], 'double', normalCdf),
  engineFunction('trino_inverse_normal', ['double', 'double', 'double'], 'double', inverseNormal),
  engineFunction('trino_beta_cdf', ['double', 'double', 'double'], 'double', betaCdf),
]
