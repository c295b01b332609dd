// A shared object that happens to have the name of a module.
extern "C" __attribute__((visibility("default"))) int something_else() {
  return 1;
}
