/**
 * The gradients of tfjs-core's operations. tfjs-core's CommonJS build has them not registered; the union package registers
 * them in the registry that all copies share. (It registers the cpu backend too; no backend is started.)
 */
import "@tensorflow/tfjs";
