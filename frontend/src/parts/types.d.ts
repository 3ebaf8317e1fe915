declare module "@alpinejs/csp" {
  const Alpine: {
    data(name: string, make: () => object & ThisType<Record<string, unknown> & { open: boolean }>): void;
    start(): void;
  };
  export default Alpine;
}
declare module "@tabler/core/js/src/bootstrap/*";
// Tabler's sources look for jQuery and do without it.
interface Window { jQuery?: any }
