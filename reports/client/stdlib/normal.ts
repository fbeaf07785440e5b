/** The two functions of @stdlib/stats-base-dists-normal that are used: the whole package is larger than the page. */
import cdf from "@stdlib/stats-base-dists-normal-cdf";
import quantile from "@stdlib/stats-base-dists-normal-quantile";

export default { cdf, quantile };
