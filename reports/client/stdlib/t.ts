/** The two functions of @stdlib/stats-base-dists-t that are used: the whole package is larger than the page. */
import cdf from "@stdlib/stats-base-dists-t-cdf";
import quantile from "@stdlib/stats-base-dists-t-quantile";

const distribution: { readonly cdf: typeof cdf; readonly quantile: typeof quantile } = { cdf, quantile };
export default distribution;
