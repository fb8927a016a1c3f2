// Serves a model for programs in other languages, and for benchmarks, until its input ends.
//
// usage: download_server [WEIGHT_BYTES]
//
// Prints the Hub's address, then the address of the weights on the second host.
#include <QCoreApplication>
#include <QTextStream>

#include "tests/app/services/downloads/hub_server.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    dsm::test::HubServer server;
    server.addModel(argc > 1 ? QByteArray(argv[1]).toLongLong() : 20 << 20);
    QTextStream out(stdout);
    out << server.hub() << '\n' << server.cdn() << "/blob/model.safetensors?sig=1\n";
    out.flush();
    QTextStream(stdin).readAll();
    return 0;
}
